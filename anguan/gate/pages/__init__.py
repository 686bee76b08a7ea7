"""The pages of the door, in one blueprint; each file says which step it is."""

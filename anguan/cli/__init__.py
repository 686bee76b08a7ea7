"""The command `anguan` and the processes that it starts."""

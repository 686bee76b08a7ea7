"""查找: the box in the frame of the panel that finds records of every kind."""

"""What is logged and reported, and what may never stand in it."""

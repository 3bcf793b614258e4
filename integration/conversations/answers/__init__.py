"""What helps to answer: canned answers filled in, and the notebook of handled cases."""

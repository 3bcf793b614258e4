"""The pages on which agents decide who is one person."""

"""Calls at a merchant's number, and talks at the counter: told to us, never answered by us."""

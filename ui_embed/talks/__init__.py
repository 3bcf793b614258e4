"""Calls and talks at the counter that an agent writes down."""

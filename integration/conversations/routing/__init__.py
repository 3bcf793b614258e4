"""Whose a new conversation is: rules, turns, and what goes back when somebody leaves."""

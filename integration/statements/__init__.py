"""Statements that somebody waits for, made fast."""

"""Comparing copies with their stores, and what came of it."""

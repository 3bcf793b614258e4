"""Calls and talks in the shop, which agents or a provider log."""

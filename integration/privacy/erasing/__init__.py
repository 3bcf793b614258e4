"""Erasing a person, or a whole store, everywhere that holds them."""

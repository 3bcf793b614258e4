"""Sites with people, products and orders that are the same for the same seed."""

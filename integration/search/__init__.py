"""What people are found by, and finding them."""

"""What keeps a restored backup from bringing anybody back."""

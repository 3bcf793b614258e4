"""Chat on a storefront: messages that both sides see at once."""

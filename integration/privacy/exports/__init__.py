"""A person's data, found and handed out to the merchant."""

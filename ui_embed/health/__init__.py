"""The pages of how well a store is copied."""

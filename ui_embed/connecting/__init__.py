"""The pages by which a store is connected."""

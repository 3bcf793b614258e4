"""The chat and the form on storefronts: their script, their routes, their texts."""

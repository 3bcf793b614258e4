"""Deterministic data, rich and hard: the same seed and size give the same shops."""

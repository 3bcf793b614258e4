"""Conversations with customers: what comes in, what goes out, and who does what."""

"""Conversations that become one, and part again."""

"""Authorization: code grant, token exchange, refresh with rotation."""

"""The key hand-over `wc-auth/v1`: sign in, approve, keys by a POST to the callback."""

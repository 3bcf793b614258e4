"""REST `wc/v3`, answering as the real one does."""

"""The audit: who did what in a workspace, written with the deed and read by the merchant."""

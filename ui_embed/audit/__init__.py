"""Pages of the audit: who did what, who looked at whom, and both as files."""

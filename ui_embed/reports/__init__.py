"""The report of conversations: a page, the same over the API and as a file."""

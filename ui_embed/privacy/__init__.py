"""Pages of privacy: what is asked, done and proved, and how long data is kept."""

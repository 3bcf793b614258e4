"""What keeps a session on its workspace: in our own code, and in the database."""

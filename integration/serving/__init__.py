"""The web process: the server, what stands before the application, and its health."""

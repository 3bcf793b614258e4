"""What goes out by a channel: who may be written to, by which way, and sent once."""

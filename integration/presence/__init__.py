"""Who is here now: which agents read and write a conversation, who is online. Never kept."""

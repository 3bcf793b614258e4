"""The inbox: conversations in lists, one of them open, and who it is with beside it."""

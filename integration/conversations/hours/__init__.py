"""What time does to conversations: office hours, targets, waking and escalation."""

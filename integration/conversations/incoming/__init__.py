"""What comes in by a channel: kept raw, worked off once, and made a message."""

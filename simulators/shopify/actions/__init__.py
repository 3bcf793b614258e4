"""What merchants and buyers do in a shop. Each action changes the state and fires its topics."""


class Refused(Exception):
    """The platform would not do this; the message says why."""

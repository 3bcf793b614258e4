"""What a channel can do wrong, in words that the application acts on."""


class ChannelError(Exception):
    """A channel or its provider failed us.

    `retryable`: the same may succeed later. `reauthorize`: the merchant has to give new
    credentials. `code` is stable, `str(error)` a plain sentence without secrets or values.
    """

    code = "channel_error"
    retryable = False
    reauthorize = False


class ChannelUnreachable(ChannelError):
    """No answer: refused, reset, timed out, bad certificate."""

    code = "channel_unreachable"
    retryable = True


class HostRefused(ChannelError):
    """An address that we don't call."""

    code = "host_refused"


class CredentialsRefused(ChannelError):
    """The other side doesn't take the credentials (any more)."""

    code = "credentials_refused"
    reauthorize = True


class TemporarilyRefused(ChannelError):
    """The other side asks to come again later."""

    code = "temporarily_refused"
    retryable = True


class MessageRefused(ChannelError):
    """The other side won't take this message, or none for this recipient."""

    code = "message_refused"


class Unreadable(ChannelError):
    """What came in can't be read as a message; it is parked."""

    code = "unreadable"


class TooLarge(Unreadable):
    """What came in is larger than we take."""

    code = "too_large"


class CallRefused(ChannelError):
    """A call whose signature doesn't hold, or that isn't the channel's protocol."""

    code = "call_refused"


class FieldRefused(ValueError):
    """What was given for one field of a channel's settings can't be meant; says which field."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field

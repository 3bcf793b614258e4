"""The words that status columns hold."""

from enum import StrEnum


class StoreStatus(StrEnum):
    """How a store stands with us. `reauthorize`: data stays, jobs pause, the merchant must act."""

    PENDING = "pending"
    ACTIVE = "active"
    REAUTHORIZE = "reauthorize"
    DISCONNECTED = "disconnected"


class BackfillState(StrEnum):
    """The first read of a store."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class WorkState(StrEnum):
    """A delivery's way."""

    WAITING = "waiting"
    LEASED = "leased"
    APPLIED = "applied"
    PARKED = "parked"
    REFUSED = "refused"


class ConnectionState(StrEnum):
    """The way of a store that hands keys over by itself."""

    BEGUN = "begun"
    GIVEN = "given"
    PROVED = "proved"
    FAILED = "failed"


class SessionKind(StrEnum):
    """How a session's token travels: a browser's cookie, or a bearer of a panel.

    A service's is one request of a store's own server; nobody holds a token of it.
    """

    BROWSER = "browser"
    PANEL = "panel"
    SERVICE = "service"


class Role(StrEnum):
    """What somebody may do in a workspace, from the most to the least.

    `admin` sets up channels, rules and agents; `read_only` reads and changes nothing.
    """

    OWNER = "owner"
    ADMIN = "admin"
    AGENT = "agent"
    READ_ONLY = "read_only"


class Trust(StrEnum):
    """How far an identity can be believed, from the least to the most.

    `claimed`: somebody said so (typed on an order, in a chat, in a mail that proves nothing).
    `aligned`: a mail whose sender's domain vouches for it. `asserted`: a store says so of its own
    account or guest. `agent`: somebody of the merchant's staff decided it. `signed`: proved by a
    signature or a sign-in.
    """

    CLAIMED = "claimed"
    ALIGNED = "aligned"
    ASSERTED = "asserted"
    AGENT = "agent"
    SIGNED = "signed"


class Verdict(StrEnum):
    """What was decided about two identities."""

    SAME = "same"
    DIFFERENT = "different"


class Ruling(StrEnum):
    """What was decided about one identity.

    `apart`: an account or a guest's order is a person of its own, whatever its address says.
    `shared`: an address or phone that several people use: it is shown and links nothing.
    `single`: one that is one person's, however many names it has.
    """

    APART = "apart"
    SHARED = "shared"
    SINGLE = "single"


class ChannelStatus(StrEnum):
    """How a channel stands. `reauthorize`: its credentials are refused, the merchant must act."""

    ACTIVE = "active"
    PAUSED = "paused"
    REAUTHORIZE = "reauthorize"
    REMOVED = "removed"


class ConversationStatus(StrEnum):
    """`open`: ours to do; `pending`: the customer's; `snoozed`: ours at a time; `resolved`."""

    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class MessageKind(StrEnum):
    """Who speaks: the customer, an agent, a rule of ours; a note stays among agents."""

    CUSTOMER = "customer"
    ANSWER = "answer"
    AUTOMATIC = "automatic"
    NOTE = "note"
    EVENT = "event"


class DeliveryState(StrEnum):
    """How far something that we send has come. `bounced`: the other side gave it back."""

    WAITING = "waiting"
    SENT = "sent"
    SEEN = "seen"
    FAILED = "failed"
    BOUNCED = "bounced"


class AgentStatus(StrEnum):
    """Whether an agent can come in."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"

"""The inbox's words: channels, states, trust, and what happened in a conversation."""

from flask_babel import lazy_gettext

from ui_embed.texts import gettext
from ui_embed.words import Status, Tone

VIEWS = ("mine", "unassigned", "open", "pending", "snoozed", "resolved", "mentions", "spam")

_VIEW_WORDS: dict[str, tuple[object, str]] = {
    "mine": (lazy_gettext("Mine"), "person"),
    "unassigned": (lazy_gettext("Unassigned"), "people"),
    "open": (lazy_gettext("All open"), "inbox"),
    "pending": (lazy_gettext("Pending"), "clock"),
    "snoozed": (lazy_gettext("Snoozed"), "snooze"),
    "resolved": (lazy_gettext("Resolved"), "check"),
    "mentions": (lazy_gettext("Mentions"), "at"),
    "spam": (lazy_gettext("Spam"), "spam"),
    "all": (lazy_gettext("All conversations"), "inbox"),
}
_CHANNELS: dict[str, tuple[object, str]] = {
    "email": (lazy_gettext("E-mail"), "mail"),
    "chat": (lazy_gettext("Chat"), "chat"),
    "form": (lazy_gettext("Form"), "form"),
    "phone": (lazy_gettext("Phone"), "phone"),
    "counter": (lazy_gettext("Shop counter"), "store"),
}
_STATUSES: dict[str, tuple[object, Tone, str]] = {
    "open": (lazy_gettext("still open"), "warn", "inbox"),
    "pending": (lazy_gettext("waiting for the customer"), "info", "clock"),
    "snoozed": (lazy_gettext("snoozed"), "info", "snooze"),
    "resolved": (lazy_gettext("resolved"), "good", "check"),
}
_DELIVERIES: dict[str, tuple[object, Tone, str]] = {
    "waiting": (lazy_gettext("being sent"), "plain", "clock"),
    "sent": (lazy_gettext("sent"), "plain", "check"),
    "seen": (lazy_gettext("seen"), "good", "eye"),
    "failed": (lazy_gettext("not sent"), "bad", "alert"),
    "bounced": (lazy_gettext("came back"), "bad", "back"),
}
_SENDERS: dict[str, tuple[object, Tone, str]] = {
    "claimed": (lazy_gettext("not verified"), "warn", "alert"),
    "aligned": (lazy_gettext("the mail's domain vouches for the address"), "good", "check"),
    "asserted": (lazy_gettext("known by the store"), "good", "check"),
    "agent": (lazy_gettext("confirmed by your team"), "good", "check"),
    "signed": (lazy_gettext("signed in at the store"), "good", "check"),
}


def view_word(view: str) -> str:
    """A list's name."""
    return str(_VIEW_WORDS[view][0])


def view_icon(view: str) -> str:
    """Its icon."""
    return _VIEW_WORDS[view][1]


def channel_word(kind: str) -> str:
    """A kind of channel."""
    return str(_CHANNELS.get(kind, (kind, ""))[0])


def channel_icon(kind: str) -> str:
    """Its icon."""
    return _CHANNELS.get(kind, ("", "dot"))[1]


def conversation_status(status: str) -> Status:
    """How a conversation stands."""
    return _status(_STATUSES, status)


def delivery(state: str) -> Status:
    """How far a message of ours has come."""
    return _status(_DELIVERIES, state)


def sender(trust: str) -> Status:
    """How sure it is that the sender is who they say."""
    return _status(_SENDERS, trust)


def size(size_bytes: int) -> str:
    """A file's size in its largest unit."""
    if size_bytes < 1_000:
        return gettext("%(count)s bytes", count=size_bytes)
    if size_bytes < 1_000_000:
        return gettext("%(count)s KB", count=round(size_bytes / 1_000))
    return gettext("%(count)s MB", count=round(size_bytes / 1_000_000, 1))


def _status(words: dict[str, tuple[object, Tone, str]], word: str) -> Status:
    known = words.get(word)
    if known is None:
        return Status(word.replace("_", " "), "plain", "dot")
    return Status(str(known[0]), known[1], known[2])

"""Channels in the merchant's words: kinds, fields, hints, and how a channel stands."""

from dataclasses import dataclass

from flask_babel import lazy_gettext

from integration.conversations.channels.setup import ChannelCard
from integration.models.vocabulary import ChannelStatus
from ui_embed.inbox_settings.screen import in_words
from ui_embed.texts import gettext
from ui_embed.words import Status


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind of channel where one is chosen."""

    kind: str
    name: object
    text: object
    icon: str


KINDS = (
    KindWords(
        "email",
        lazy_gettext("Mailbox"),
        lazy_gettext("Mails to an address of yours come in here, and answers go out from it."),
        "mail",
    ),
    KindWords(
        "chat",
        lazy_gettext("Chat"),
        lazy_gettext("A button on your shop's pages; visitors and you write at the same time."),
        "chat",
    ),
    KindWords(
        "form",
        lazy_gettext("Contact form"),
        lazy_gettext("A form for your shop's contact page; answers go out by mail."),
        "form",
    ),
    KindWords(
        "phone",
        lazy_gettext("Phone"),
        lazy_gettext("Calls are told by your phone system or written down by your team."),
        "phone",
    ),
    KindWords(
        "counter",
        lazy_gettext("Shop counter"),
        lazy_gettext("Talks in your shop, written down by your team."),
        "store",
    ),
)
_KIND = {each.kind: each for each in KINDS}

# The order of a form's parts; a field that stands in none comes first.
PARTS: dict[str, tuple[tuple[object, tuple[str, ...]], ...]] = {
    "email": (
        (
            lazy_gettext("Incoming mail (IMAP)"),
            ("imap_host", "imap_port", "imap_tls", "imap_user", "imap_password", "imap_folder"),
        ),
        (lazy_gettext("Incoming mail by your mail provider's calls"), ("call_secret",)),
        (
            lazy_gettext("Outgoing mail (SMTP)"),
            ("smtp_host", "smtp_port", "smtp_tls", "smtp_user", "smtp_password"),
        ),
        (
            lazy_gettext("Seldom needed"),
            ("read_from", "authserv_id", "plus_addressing"),
        ),
    ),
    "chat": (
        (lazy_gettext("Before the first message"), ("asks_name", "asks_email")),
        (
            lazy_gettext("Invitation"),
            (
                "invites",
                "invitation",
                "invites_on",
                "invites_after_seconds",
                "invites_over",
                "invites_over_minor",
                "invites_currency",
            ),
        ),
        (lazy_gettext("With the visitor's consent"), ("shows_page", "shows_cart")),
        (lazy_gettext("When nobody is there"), ("keeps_hours", "mails_when_away")),
    ),
    "phone": (
        (
            lazy_gettext("Who tells of calls"),
            ("told_by", "auth_token", "signing_secret", "forward_to"),
        ),
        (lazy_gettext("Recordings"), ("link_recordings",)),
    ),
}

# Parts that few need, by their first field: folded until somebody opens them.
FOLDED = frozenset({"read_from"})
# Parts that only one way of a mail's coming in needs: the way, and when that is.
WAYS: dict[str, tuple[str, object]] = {
    "imap_host": ("imap", lazy_gettext("Needed where mails come in by reading the mailbox.")),
    "call_secret": ("calls", lazy_gettext("Needed where mails come in by a provider's calls.")),
}


def kind_words(kind: str) -> KindWords:
    """The words of a kind."""
    return _KIND.get(kind) or KindWords(kind, kind, "", "dot")


def channel_status(card: ChannelCard) -> Status:
    """How a channel stands, in a word."""
    if card.status == ChannelStatus.PAUSED:
        return Status(gettext("paused"), "plain", "pause")
    if card.status == ChannelStatus.REAUTHORIZE:
        return Status(gettext("access refused"), "bad", "lock")
    if card.error_code is not None:
        return Status(gettext("doesn't answer"), "warn", "alert")
    return Status(gettext("works"), "good", "check")


def what_now(card: ChannelCard) -> str | None:
    """What a channel's trouble means and what to do, None for one that works."""
    if card.status == ChannelStatus.PAUSED:
        return gettext("Nothing comes in and nothing goes out until you switch it on again.")
    if card.error is None:
        return None
    if card.status == ChannelStatus.REAUTHORIZE:
        hint = gettext(
            "Nothing is read and nothing is sent until it works. What customers send meanwhile "
            "stays in the mailbox. Type the password again."
        )
    else:
        hint = gettext("We try again by ourselves. Nothing is lost meanwhile.")
    return f"{in_words(card.error)} {hint}"

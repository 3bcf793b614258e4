"""What crosses the border between a channel and the application."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import SecretStr

PersonKind = Literal["email", "phone", "customer", "visitor"]
TrustLevel = Literal["claimed", "aligned", "agent", "signed"]


@dataclass(frozen=True, slots=True)
class ChannelTraits:
    """What a channel can do; the application asks these, never which channel it is.

    `person` is what its senders are known by. `has_subject`: its messages have one. `is_live`: both
    sides look at it at once, and an answer is there when it is written. `can_answer`: we can send
    by it; `can_begin`: also to somebody who didn't write before. `window` is how long after the
    customer's last message an answer may go out, None without an end. Files are refused where
    `most_file_bytes` is 0.
    """

    person: PersonKind
    has_subject: bool
    is_live: bool
    can_answer: bool
    can_begin: bool
    takes_html: bool
    most_file_bytes: int
    window: timedelta | None = None
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """A merchant's channel as its adapter sees it: settings in the clear, secrets apart."""

    channel_id: int
    token: str
    name: str
    address: str | None
    locale: str | None
    settings: Mapping[str, Any]
    secrets: Mapping[str, SecretStr] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a channel's settings, for a form. `kind` says how it is typed and shown."""

    name: str
    kind: Literal["text", "host", "port", "address", "secret", "switch", "choice", "number"]
    is_required: bool = True
    choices: tuple[str, ...] = ()
    default: Any = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who sent something: as the channel tells it, and how far it can be believed."""

    kind: PersonKind
    value: str
    trust: TrustLevel
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address with the name beside it."""

    address: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file. `media_type` is what its bytes were found to be; `refused` says why it isn't kept."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    size_bytes: int
    content_id: str | None = None
    is_inline: bool = False
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Bounce:
    """That something we sent came back: which of ours, and why."""

    external_id: str | None
    is_final: bool
    status: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message of a customer's.

    `external_id` is the channel's own id of it (a mail's Message-ID, without brackets). `text` is
    what is new in it, `quoted` what it repeats. `html` is sanitised, None where there is none.
    `references` are ids of earlier messages, the oldest first. `reply_token` is what we put into
    the message that this answers, as it came, unproven. `is_automatic`: a machine's; nothing
    automatic may answer it. `is_report`: it tells more of an earlier one (a call's end), and the
    channel's provider vouches for its references. `was_answered`: somebody answered while it
    happened, nobody waits. `facts` are the channel's own, shown to agents (how its sender was
    checked, a call's length, a form's fields).
    """

    external_id: str | None
    person: Person
    text: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    quoted: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    sent_at: datetime | None = None
    references: tuple[str, ...] = ()
    reply_token: str | None = None
    locale: str | None = None
    files: tuple[File, ...] = ()
    is_automatic: bool = False
    is_ours: bool = False
    is_report: bool = False
    was_answered: bool = False
    bounce: Bounce | None = None
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message of ours, ready to go. `key` is the same whenever it is sent again.

    `external_id` (a mail's Message-ID without brackets) is ours and stands before it is sent.
    `reply_token` is put where an answer will bring it back. `is_automatic`: a rule's.
    """

    key: str
    external_id: str
    to: tuple[Address, ...]
    text: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    sender_name: str | None = None
    cc: tuple[Address, ...] = ()
    references: tuple[str, ...] = ()
    reply_token: str | None = None
    locale: str | None = None
    files: tuple[File, ...] = ()
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """That something was taken over by the other side. `note` is what it said, if anything.

    `refused`: for so many of several recipients it wasn't, and the note says for which and why.
    """

    external_id: str | None
    note: str | None = None
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """Something that was read from a channel we ask, raw, and how far that brings us.

    `raw` is None for what is larger than we take, and where `is_withheld` for what the other side
    has and doesn't hand out, while it does others.
    """

    part: str
    generation: str
    position: int
    raw: bytes | None = field(repr=False)
    size_bytes: int = 0
    received_at: datetime | None = None
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """How far a part of a channel was read."""

    generation: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A provider's HTTP request at our address of a channel; header names in lower case."""

    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a verified call brings: raw, to be kept until it is worked off, and our answer to it.

    `raw` None: nothing to keep (a ping, a status that nobody needs).
    """

    dedupe: str
    raw: bytes | None = field(repr=False)
    external_id: str | None = None
    answer: bytes = b""
    answer_type: str = "text/plain"

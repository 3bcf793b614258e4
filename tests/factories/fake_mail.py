"""A mailbox and an outbox that a test fills and empties, behind the port of a channel."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

from channels.email.channel import create
from channels.errors import ChannelError, HostRefused, Unreadable
from channels.records import (
    Account,
    Bounce,
    Fetched,
    File,
    Inbound,
    Outbound,
    Person,
    Position,
    Sent,
)


def raw_mail(
    text: str = "Where is my parcel?",
    *,
    sender: str = "dora@mail.example",
    message_id: str | None = "a1@mail.example",
    received: str = "from mx1",
    **headers: str,
) -> bytes:
    """A mail as a server keeps it; `trust="claimed"` and the like become its headers."""
    mail = EmailMessage()
    mail["Received"] = received
    mail["From"] = sender
    mail["To"] = "support@amber.example"
    mail["Subject"] = headers.pop("subject", "My order")
    mail["Date"] = "Sun, 22 Nov 2026 11:59:00 +0000"
    if message_id is not None:
        mail["Message-ID"] = f"<{message_id}>"
    for name, value in headers.items():
        mail[f"X-{name}"] = value
    mail.set_content(text)
    return mail.as_bytes()


@dataclass
class FakeMail:
    """The e-mail channel with its other side in this process.

    `mails` are the mailbox (a UID and a raw mail each); `sent` is what went out. `fetch_error`,
    `send_error` are raised; `on_send` and `on_read` are called in the midst of it.
    """

    mails: list[tuple[int, bytes]] = field(default_factory=list)
    generation: str = "1"
    sent: list[Outbound] = field(default_factory=list)
    reads: int = 0
    fetch_error: ChannelError | None = None
    send_error: Exception | None = None
    on_send: Callable[[Outbound], None] | None = None
    on_read: Callable[[bytes], None] | None = None
    too_large_from: int = 10**9
    hears: Callable[..., Any] | None = None

    slug = "email"
    name = "E-mail"
    accounts: Any = None

    def __post_init__(self) -> None:
        self.traits = create(_no_connection).traits
        self.mailbox: Any = self
        self.sender: Any = self
        self.calls: Any = self

    def put(self, *raws: bytes) -> None:
        """Put mails into the mailbox."""
        for raw in raws:
            self.mails.append((self.mails[-1][0] + 1 if self.mails else 1, raw))

    def fetch(self, account: Account, since: Mapping[str, Position]) -> Iterator[Fetched]:
        """What came since."""
        place = since.get("INBOX")
        after = place.position if place and place.generation == self.generation else 0
        for uid, raw in list(self.mails):
            if uid > after:
                is_large = len(raw) >= self.too_large_from
                kept = raw.partition(b"\n\n")[0] + b"\n\n" if is_large else raw
                size = 10**8 if is_large else len(raw)
                yield Fetched("INBOX", self.generation, uid, kept, size)
        if self.fetch_error is not None:
            raise self.fetch_error

    def await_news(self, account: Account, *, at_most_seconds: float) -> bool:
        """Nothing ever comes."""
        return False

    def send(self, account: Account, message: Outbound) -> Sent:
        """Take a message over."""
        if self.on_send is not None:
            self.on_send(message)
        if self.send_error is not None:
            raise self.send_error
        self.sent.append(message)
        return Sent(message.external_id)

    def hear(self, call: Any, account: Account) -> Any:
        """What the test says."""
        assert self.hears is not None
        return self.hears(call, account)

    def read(self, raw: bytes, account: Account) -> Inbound:
        """The message in a mail."""
        self.reads += 1
        if self.on_read is not None:
            self.on_read(raw)
        mail = message_from_bytes(raw)
        body = mail.get_payload(decode=True)
        text = body.decode(mail.get_content_charset() or "ascii").strip()  # type: ignore[union-attr]
        if "unreadable" in text:
            raise Unreadable("that is no mail")
        if "poison" in text:
            raise ZeroDivisionError("a secret of the mail's")
        inbound = Inbound(
            external_id=(mail["Message-ID"] or "").strip("<>") or None,
            person=Person("email", mail["From"], mail["X-trust"] or "aligned", "Dora"),
            text=text,
            subject=mail["Subject"],
            references=tuple((mail["X-references"] or "").split()),
            reply_token=mail["X-token"],
            is_automatic=bool(mail["X-automatic"]),
            is_ours=bool(mail["X-ours"]),
        )
        if mail["X-file"]:
            data = mail["X-file"].encode()
            inbound = replace(inbound, files=(File("a.txt", "text/plain", data, len(data)),))
        if mail["X-bounce"]:
            external_id, _, status = mail["X-bounce"].partition(" ")
            bounce = Bounce(external_id, not status.startswith("4"), status or None, "secret words")
            inbound = replace(inbound, bounce=bounce)
        return inbound


def _no_connection(host: str, port: int, *, timeout_seconds: float) -> Any:
    raise HostRefused("nothing is called from here")

"""IMAP servers that lie, drip, flood or say nothing: told in a sentence, and never believed."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from channels.email import imap_client
from channels.email import mailbox as mailbox_module
from channels.email.mailbox import EmailMailbox
from channels.errors import (
    ChannelError,
    ChannelUnreachable,
    CredentialsRefused,
    TemporarilyRefused,
)
from channels.records import Fetched, Position
from tests.channels.email.mails import account

Answers = Callable[[bytes, bytes], bytes | None]

_EXAMINED = (
    b"* 3 EXISTS\r\n* OK [UIDVALIDITY 9] ok\r\n* OK [UIDNEXT 10] ok\r\n%s OK [READ-ONLY] done\r\n"
)


def _connect(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
    return socket.create_connection((host, port), timeout_seconds)


@contextmanager
def _serving(answers: Answers, greeting: bytes = b"* OK ready\r\n") -> Iterator[int]:
    """A port where one connection is answered, line by line; None ends it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            taken, _ = listening.accept()
            # Who leaves without having read everything resets the connection.
            with suppress(OSError), taken, taken.makefile("rb") as lines:
                taken.sendall(greeting)
                for line in lines:
                    tag, _, rest = line.strip().partition(b" ")
                    answer = answers(tag, rest)
                    if answer is None:
                        return
                    taken.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(10)


def _answers(**told: bytes | None) -> Answers:
    """An honest server's answers, but for those commands (in lower case) that are told."""
    usual = {
        "capability": b"* CAPABILITY IMAP4rev1 IDLE\r\n%s OK done\r\n",
        "login": b"%s OK done\r\n",
        "examine": _EXAMINED,
        "search": b"* SEARCH 7 8 9\r\n%s OK done\r\n",
        "list": b'* 1 FETCH (UID 7 RFC822.SIZE 5 INTERNALDATE "22-Nov-2026 12:00:00 +0000")\r\n'
        b"* 2 FETCH (RFC822.SIZE 5 UID 8)\r\n%s OK done\r\n",
        "bodies": b"* 1 FETCH (UID 7 BODY[] {5}\r\nA: b\n)\r\n"
        b"* 2 FETCH (BODY[] {5}\r\nC: d\n UID 8)\r\n%s OK done\r\n",
    } | told

    def answer(tag: bytes, line: bytes) -> bytes | None:
        words = line.decode("latin-1").lower()
        name = next(
            (each for each in ("search", "capability", "login", "examine") if each in words), ""
        )
        if "fetch" in words:
            name = "bodies" if "body" in words else "list"
        made = usual.get(name, b"%s OK done\r\n")
        return made.replace(b"%s", tag) if made is not None else None

    return answer


def _fetch(answers: Answers, greeting: bytes = b"* OK ready\r\n", first: int = 1) -> list[Fetched]:
    with _serving(answers, greeting) as port:
        told = account(imap_port=port)
        since = {"INBOX": Position("9", first - 1)}
        return list(EmailMailbox(_connect).fetch(told, since))


def test_an_honest_server_whatever_the_order_of_its_words() -> None:
    fetched = _fetch(_answers())
    assert [(each.position, each.raw) for each in fetched] == [(7, b"A: b\n"), (8, b"C: d\n")]
    assert fetched[0].received_at is not None
    assert fetched[1].received_at is None


def _withholding(*uids: bytes) -> Answers:
    """A server that lists 7 and 8, and refuses to hand out those."""

    def answer(tag: bytes, line: bytes) -> bytes | None:
        if b"BODY.PEEK" not in line.upper():
            return _answers()(tag, line)
        asked = line.split()[2].split(b",")
        if set(asked) & set(uids):
            return b"%s NO [SERVERBUG] Internal error occurred\r\n".replace(b"%s", tag)
        told = b"".join(b"* 1 FETCH (UID %s BODY[] {5}\r\nA: b\n)\r\n" % uid for uid in asked)
        return told + tag + b" OK done\r\n"

    return answer


@pytest.mark.parametrize(("withheld", "taken"), [(b"7", 8), (b"8", 7)])
def test_a_mail_that_the_server_withholds_stops_no_other(withheld: bytes, taken: int) -> None:
    fetched = {each.position: each for each in _fetch(_withholding(withheld))}
    assert (fetched[taken].raw, fetched[taken].is_withheld) == (b"A: b\n", False)
    other = fetched[int(withheld)]
    assert (other.raw, other.size_bytes, other.is_withheld) == (None, 5, True)


def test_a_server_that_hands_out_nothing_just_now_is_asked_again() -> None:
    with pytest.raises(TemporarilyRefused):
        _fetch(_withholding(b"7", b"8"))


def test_a_mail_larger_than_the_server_said_is_told_as_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailbox_module, "MOST_BYTES", 40)
    monkeypatch.setattr(mailbox_module, "_BYTES_AT_ONCE", 4)
    asked: list[bytes] = []

    def answer(tag: bytes, line: bytes) -> bytes | None:
        if b"BODY.PEEK" not in line.upper():
            return _answers()(tag, line)
        asked.append(line)
        uid = line.split()[2]
        size = 41 if uid == b"7" else 5
        body = b"x" * size
        told = b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (uid, size, body)
        return told + tag + b" OK done\r\n"

    fetched = _fetch(answer)
    assert [(each.position, each.raw, each.size_bytes) for each in fetched] == [
        (7, None, 41),
        (8, b"xxxxx", 5),
    ]
    assert not any(each.is_withheld for each in fetched)
    assert all(b"BODY.PEEK[]<0.41>" in line for line in asked)


def test_mails_that_were_not_asked_for_are_not_taken() -> None:
    assert [each.position for each in _fetch(_answers(), first=8)] == [8]


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"login": None}, ChannelUnreachable),
        ({"login": b"%s NO [AUTHENTICATIONFAILED] no\r\n"}, CredentialsRefused),
        ({"login": b"%s NO [UNAVAILABLE] later\r\n"}, TemporarilyRefused),
        ({"login": b"%s NO Too many simultaneous connections\r\n"}, TemporarilyRefused),
        ({"login": b"%s BAD what\r\n"}, CredentialsRefused),
        ({"examine": b"%s NO no such folder\r\n"}, ChannelError),
        ({"examine": None}, ChannelUnreachable),
        ({"search": b"%s NO not now\r\n"}, TemporarilyRefused),
        ({"search": b"%s BAD what\r\n"}, ChannelError),
        ({"list": b"nonsense\r\n"}, ChannelUnreachable),
        ({"bodies": b"* 1 FETCH (UID 7 BODY[] {5}\r\nA"}, ChannelUnreachable),
        ({"bodies": b"* 1 FETCH (UID 7 BODY[] {99999999999}\r\n"}, ChannelUnreachable),
        ({"bodies": b"* BYE going\r\n"}, ChannelUnreachable),
    ],
)
def test_a_server_that_does_otherwise(
    told: dict[str, bytes | None], error: type[ChannelError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_client, "TIMEOUT_SECONDS", 0.5)
    with pytest.raises(ChannelError) as raised:
        _fetch(_answers(**told))
    assert type(raised.value) is error
    assert str(raised.value).endswith(".")


@pytest.mark.parametrize(
    ("greeting", "error"),
    [
        (b"* BYE too busy\r\n", ChannelUnreachable),
        (b"220 smtp\r\n", ChannelUnreachable),
        (b"\r\n", ChannelUnreachable),
        (b"", ChannelUnreachable),
    ],
)
def test_a_server_that_greets_otherwise(
    greeting: bytes, error: type[ChannelError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_client, "TIMEOUT_SECONDS", 0.5)
    with pytest.raises(ChannelError) as raised:
        _fetch(_answers(), greeting)
    assert isinstance(raised.value, error) or type(raised.value) is ChannelError


def test_a_server_without_idle_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.email.mailbox._POLL_SECONDS", 0.05)
    numbers = iter([b"10", b"10", b"10", b"11", b"11"])

    def answer(tag: bytes, line: bytes) -> bytes | None:
        if b"EXAMINE" in line:
            return _EXAMINED.replace(b"UIDNEXT 10", b"UIDNEXT " + next(numbers)).replace(b"%s", tag)
        return _answers(capability=b"* CAPABILITY IMAP4rev1\r\n%s OK done\r\n")(tag, line)

    mailbox = EmailMailbox(_connect)
    with _serving(answer) as port:
        assert mailbox.await_news(account(imap_port=port), at_most_seconds=60) is True
    with _serving(answer) as port:
        assert mailbox.await_news(account(imap_port=port), at_most_seconds=60) is True


def test_news_that_comes_together_with_the_answer_to_idle() -> None:
    mailbox = EmailMailbox(_connect)

    def answer(tag: bytes, line: bytes) -> bytes | None:
        if line.upper().startswith(b"IDLE"):
            # From here on it answers nothing any more.
            patch.setattr(imap_client, "TIMEOUT_SECONDS", 0.5)
            return b"+ idling\r\n* OK Still here\r\n* 4 EXISTS\r\n"
        if line.upper().startswith(b"DONE") or tag.upper() == b"DONE":
            return b"* OK late\r\n"
        return _answers()(tag, line)

    with _serving(_answers()) as port:
        assert mailbox.await_news(account(imap_port=port), at_most_seconds=60) is True
    with pytest.MonkeyPatch.context() as patch, _serving(answer) as port:
        assert mailbox.await_news(account(imap_port=port), at_most_seconds=60) is True


def test_a_mailbox_that_a_provider_calls_for_is_not_asked() -> None:
    def never(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        raise AssertionError

    told = account(receives="mailgun")
    assert list(EmailMailbox(never).fetch(told, {})) == []
    assert EmailMailbox(never).await_news(told, at_most_seconds=0.01) is False


@pytest.mark.parametrize("flood", [b"* OK still here\r\n", b"* 1 FETCH (UID 7 FLAGS ())\r\n"])
def test_a_server_that_does_not_stop_to_talk(flood: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_client, "_MOST_BYTES_AT_ONCE", 100_000)
    with pytest.raises(ChannelUnreachable):
        _fetch(_answers(list=flood * 5000))


def test_a_server_that_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_module, "LONGEST_TALK_SECONDS", 0.0)
    began = time.monotonic()

    def drips(listening: socket.socket) -> None:
        taken, _ = listening.accept()
        with taken, suppress(OSError):
            while time.monotonic() - began < 20:
                taken.sendall(b"*")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drips, args=(listening,))
        thread.start()
        told = account(imap_port=listening.getsockname()[1])
        with pytest.raises(ChannelUnreachable):
            EmailMailbox(_connect).await_news(told, at_most_seconds=0.5)
        thread.join()
    assert time.monotonic() - began < 15

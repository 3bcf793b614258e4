"""Sending by a real SMTP server, a process of its own: what it takes, refuses and breaks off."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from channels.email.sending import EmailSender
from channels.errors import (
    ChannelError,
    ChannelUnreachable,
    CredentialsRefused,
    HostRefused,
    MessageRefused,
    TemporarilyRefused,
)
from channels.records import Account, Address, File, Outbound
from tests.channels.email.mails import account
from tests.real.mail_servers import SmtpServer, running_smtp

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ID = "0123456789abcdef0123456789abcdef@shop.example"


@pytest.fixture(scope="module")
def server() -> Iterator[SmtpServer]:
    with running_smtp() as running:
        yield running


def _connect(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
    return socket.create_connection((host, port), timeout_seconds)


def _sender() -> EmailSender:
    return EmailSender(_connect, now=lambda: NOW)


def _account(server: SmtpServer, *, tls: str = "none", password: str | None = None) -> Account:
    secrets = {"smtp_password": password or server.password}
    return account(**server.settings(tls=tls), secrets=secrets)


def _message(*recipients: str, **changed: Any) -> Outbound:
    told: dict[str, Any] = {
        "key": "k1",
        "external_id": ID,
        "to": tuple(Address(each) for each in recipients or ("ann@example.com",)),
        "text": "Hello\n.\nFrom here",
    }
    return Outbound(**(told | changed))


@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_a_mail_is_taken(server: SmtpServer, tls: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate.path))
    before = len(server.taken())
    sent = _sender().send(_account(server, tls=tls), _message())
    assert (sent.external_id, sent.note) == (ID, "2.0.0 Taken")
    taken = server.taken()[before:]
    assert len(taken) == 1
    assert f"Message-ID: <{ID}>".encode() in taken[0]
    assert server.recipients()[-1] == ["ann@example.com"]


def test_the_same_message_again_is_the_same_mail(server: SmtpServer) -> None:
    for _ in range(2):
        _sender().send(_account(server), _message())
    assert server.taken()[-1] == server.taken()[-2]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_nobody_trusts(server: SmtpServer, tls: str) -> None:
    before = len(server.taken())
    with pytest.raises(ChannelUnreachable, match="certificate isn't good for its name"):
        _sender().send(_account(server, tls=tls), _message())
    assert len(server.taken()) == before


@pytest.mark.parametrize(
    ("recipient", "error", "words"),
    [
        ("refused@example.com", MessageRefused, "550 5.1.1 No such user"),
        ("later@example.com", TemporarilyRefused, "451 4.7.1"),
        ("full@example.com", TemporarilyRefused, "452 4.2.2"),
        ("spam@example.com", MessageRefused, "554 5.7.1"),
        ("drop@example.com", ChannelUnreachable, "ended the connection"),
    ],
)
def test_refusals(
    server: SmtpServer, recipient: str, error: type[ChannelError], words: str
) -> None:
    with pytest.raises(error, match=words) as refused:
        _sender().send(_account(server), _message(recipient))
    assert refused.value.retryable is (error is not MessageRefused)
    assert "@" not in str(refused.value)


def test_some_recipients_are_refused_and_told(server: SmtpServer) -> None:
    sent = _sender().send(_account(server), _message("ann@example.com", "refused@example.com"))
    assert sent.note == ("Refused for 1 of 2: refused@example.com: 550 5.1.1 No such user here")
    assert server.recipients()[-1] == ["ann@example.com"]


def test_wrong_credentials(server: SmtpServer) -> None:
    with pytest.raises(CredentialsRefused) as refused:
        _sender().send(_account(server, password="wrong"), _message())
    assert (refused.value.reauthorize, refused.value.retryable) == (True, False)


def test_an_address_that_is_not_ascii_goes_out_where_the_server_can(server: SmtpServer) -> None:
    _sender().send(_account(server), _message("δοκιμή@example.com"))
    assert server.recipients()[-1] == ["δοκιμή@example.com"]
    assert "To: δοκιμή@example.com".encode() in server.taken()[-1]


def test_files_past_the_limit_are_refused_before_anything_is_opened(server: SmtpServer) -> None:
    def never(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        raise AssertionError

    half = File("a.bin", "x/y", b"\0" * (13 * 1024 * 1024), 0)
    with pytest.raises(MessageRefused, match="larger than 25 MB"):
        EmailSender(never).send(_account(server), _message(files=(half, half)))


def test_a_host_that_the_application_refuses(server: SmtpServer) -> None:
    def refuse(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        raise HostRefused("an internal address")

    with pytest.raises(HostRefused):
        EmailSender(refuse).send(_account(server), _message())


@pytest.mark.parametrize(
    ("greeting", "error"),
    [
        (b"421 4.3.2 busy\r\n", TemporarilyRefused),
        (b"554 5.7.1 go away\r\n", ChannelUnreachable),
        (b"521 5.3.2 no mail here\r\n", ChannelUnreachable),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ChannelUnreachable),
        (b"", ChannelUnreachable),
        (b"220 x\r\n", ChannelUnreachable),
        (b"220-x\r\n" * 20_000, ChannelUnreachable),
    ],
)
def test_a_server_that_greets_otherwise(greeting: bytes, error: type[ChannelError]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            taken, _ = listening.accept()
            with taken, suppress(OSError):
                taken.sendall(greeting)

        thread = threading.Thread(target=serve)
        thread.start()
        told = account(smtp_port=listening.getsockname()[1])
        with pytest.raises(error):
            _sender().send(told, _message())
        thread.join()


def test_nobody_listens() -> None:
    # Held, lest somebody else listens there meanwhile.
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(ChannelUnreachable):
            _sender().send(account(smtp_port=held.getsockname()[1]), _message())

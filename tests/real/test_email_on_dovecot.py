"""A mailbox on a real Dovecot: fetched once each, waited for, killed meanwhile, numbered anew."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from channels.email.channel import EmailChannel
from channels.errors import (
    ChannelError,
    ChannelUnreachable,
    CredentialsRefused,
    HostRefused,
)
from channels.records import Account, Fetched, Position
from tests.channels.email.mails import account, raw
from tests.real.mail_servers import DovecotServer, SmtpServer, running_dovecot, running_smtp

PART = "INBOX"


@pytest.fixture
def server() -> Iterator[DovecotServer]:
    with running_dovecot() as running:
        yield running


def _connect(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
    return socket.create_connection((host, port), timeout_seconds)


def _channel() -> EmailChannel:
    return EmailChannel(_connect)


def _account(server: DovecotServer, *, tls: str = "none", **changed: Any) -> Account:
    secrets = {"imap_password": changed.pop("password", server.password)}
    return account(**(server.settings(tls=tls) | changed), secrets=secrets)


def _fetch(told: Account, since: dict[str, Position] | None = None) -> list[Fetched]:
    mailbox = _channel().mailbox
    assert mailbox is not None
    return list(mailbox.fetch(told, since or {}))


def _reached(fetched: list[Fetched]) -> dict[str, Position]:
    return {fetched[-1].part: Position(fetched[-1].generation, fetched[-1].position)}


def _subjects(told: Account, fetched: list[Fetched]) -> list[str | None]:
    channel = _channel()
    return [channel.read(each.raw or b"", told).subject for each in fetched]


def test_each_mail_once_in_its_order_and_still_unread(server: DovecotServer) -> None:
    mails = [raw(f"Subject: {number}", body=b"x" * number) for number in range(120)]
    for mail in mails:
        server.deliver(mail)
    told = _account(server)
    fetched = _fetch(told)
    assert [each.raw for each in fetched] == mails
    assert [each.size_bytes for each in fetched] == [len(mail) for mail in mails]
    assert [each.position for each in fetched] == list(range(1, 121))
    assert {each.part for each in fetched} == {PART}
    assert all(each.received_at is not None for each in fetched)
    assert _fetch(told, _reached(fetched)) == []
    server.deliver(raw("Subject: later"))
    assert _subjects(told, _fetch(told, _reached(fetched))) == ["later"]
    # Nothing was marked as seen: Dovecot writes that into a mail's file name.
    names = [path.name for path in (server.maildir / "cur").iterdir()]
    assert not any("S" in name.rpartition(":2,")[2] for name in names)


@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_encrypted_and_checked(
    server: DovecotServer, tls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(raw("Subject: a"))
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate.path))
    assert len(_fetch(_account(server, tls=tls))) == 1
    monkeypatch.delenv("SSL_CERT_FILE")
    if tls != "none":
        with pytest.raises(ChannelUnreachable, match="certificate isn't good"):
            _fetch(_account(server, tls=tls))


def test_tls_on_a_port_that_has_none(server: DovecotServer) -> None:
    told = _account(server, imap_tls="tls")
    with pytest.raises(ChannelUnreachable, match="doesn't speak TLS"):
        _fetch(told)


def test_a_wrong_password_is_told_as_one(server: DovecotServer) -> None:
    for password in ("wrong", "λάθος", 'quo"te\\'):
        with pytest.raises(CredentialsRefused) as refused:
            _fetch(_account(server, password=password))
        assert refused.value.reauthorize is True
        assert password not in str(refused.value)


def test_a_folder_that_there_is_not(server: DovecotServer) -> None:
    with pytest.raises(ChannelError, match="no folder of that name"):
        _fetch(_account(server, imap_folder="Πελάτες/1"))


def test_a_folder_with_a_name_that_is_not_ascii(server: DovecotServer) -> None:
    folder = server.maildir / ".&A6AGLQ-"
    folder.mkdir()
    server.kill()
    server.start()
    with pytest.raises(ChannelError):
        _fetch(_account(server, imap_folder="Πελάτες"))


def test_a_mail_that_is_larger_than_we_take_is_named_without_its_bytes(
    server: DovecotServer,
) -> None:
    server.deliver(raw("Subject: first"))
    server.deliver(raw(body=b"x\r\n" * 17_000_000))
    server.deliver(raw("Subject: last"))
    told = _account(server)
    fetched = _fetch(told)
    assert [each.raw is None for each in fetched] == [False, True, False]
    assert fetched[1].size_bytes > 50_000_000
    assert _subjects(told, [fetched[0], fetched[2]]) == ["first", "last"]


def test_mails_from_before_the_day_are_left_alone(server: DovecotServer) -> None:
    server.deliver(raw("Subject: old"))
    (old,) = (server.maildir / "new").iterdir()
    os.utime(old, (1_700_000_000, 1_700_000_000))
    server.deliver(raw("Subject: new"))
    told = _account(server, read_from="2025-01-01")
    assert _subjects(told, _fetch(told)) == ["new"]


def test_after_new_numbers_everything_is_handed_out_again(server: DovecotServer) -> None:
    for number in range(3):
        server.deliver(raw(f"Subject: {number}"))
    told = _account(server)
    before = _fetch(told)
    server.stop()
    server.forget_uids()
    server.start()
    server.deliver(raw("Subject: 3"))
    after = _fetch(told, _reached(before))
    assert after[0].generation != before[0].generation
    assert sorted(each.raw or b"" for each in after) == sorted(
        [*(each.raw or b"" for each in before), raw("Subject: 3")]
    )


def test_killed_in_the_midst_what_was_handed_out_stands(server: DovecotServer) -> None:
    mails = [raw(f"Subject: {number}") for number in range(400)]
    for mail in mails:
        server.deliver(mail)
    told = _account(server)
    mailbox = _channel().mailbox
    assert mailbox is not None
    got: list[Fetched] = []

    def take(since: dict[str, Position], kill_after: int) -> None:
        for each in mailbox.fetch(told, since):
            got.append(each)
            if len(got) == kill_after:
                server.kill()

    with pytest.raises(ChannelUnreachable) as failed:
        take({}, 120)
    assert failed.value.retryable is True
    with pytest.raises(ChannelUnreachable):
        take(_reached(got), 10_000)
    server.start()
    take(_reached(got), 10_000)
    assert [each.raw for each in got] == mails


def test_waiting_hears_of_a_new_mail_at_once(server: DovecotServer) -> None:
    told = _account(server)
    mailbox = _channel().mailbox
    assert mailbox is not None
    list(mailbox.fetch(told, {}))
    began = time.monotonic()
    assert mailbox.await_news(told, at_most_seconds=0.5) is False
    assert time.monotonic() - began < 10
    timer = threading.Timer(0.5, server.deliver, [raw("Subject: a")])
    timer.start()
    assert mailbox.await_news(told, at_most_seconds=60) is True
    timer.join()
    assert mailbox.await_news(told, at_most_seconds=0.2) is False


def test_a_mail_that_came_between_fetching_and_waiting_is_news(server: DovecotServer) -> None:
    told = _account(server)
    mailbox = _channel().mailbox
    assert mailbox is not None
    list(mailbox.fetch(told, {}))
    server.deliver(raw("Subject: a"))
    assert mailbox.await_news(told, at_most_seconds=30) is True


def test_a_server_that_dies_while_it_is_waited_for(server: DovecotServer) -> None:
    told = _account(server)
    mailbox = _channel().mailbox
    assert mailbox is not None
    list(mailbox.fetch(told, {}))
    timer = threading.Timer(0.5, server.kill)
    timer.start()
    with pytest.raises(ChannelUnreachable):
        mailbox.await_news(told, at_most_seconds=60)
    timer.join()


def test_an_account_is_checked_with_both_servers(server: DovecotServer) -> None:
    with running_smtp(server.certificate) as smtp:
        accounts = _channel().accounts
        accounts.check(_both(server, smtp))
        with pytest.raises(CredentialsRefused, match="IMAP"):
            accounts.check(_both(server, smtp, imap_password="wrong"))
        with pytest.raises(CredentialsRefused, match="SMTP"):
            accounts.check(_both(server, smtp, smtp_password="wrong"))
        smtp.kill()
        with pytest.raises(ChannelUnreachable):
            accounts.check(_both(server, smtp))


def _both(server: DovecotServer, smtp: SmtpServer, **wrong: str) -> Account:
    secrets = {"imap_password": server.password, "smtp_password": smtp.password}
    return account(**server.settings(), **smtp.settings(), secrets=secrets | wrong)


def test_a_host_that_the_application_refuses(server: DovecotServer) -> None:
    def refuse(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        raise HostRefused("an internal address")

    mailbox = EmailChannel(refuse).mailbox
    assert mailbox is not None
    with pytest.raises(HostRefused):
        list(mailbox.fetch(_account(server), {}))

"""The tests' own mail servers do what the tests of mail take from them."""

import imaplib
import smtplib
import ssl

import pytest

from tests.real.mail_servers import running_dovecot, running_smtp


def _uids(mailbox: imaplib.IMAP4) -> tuple[str, str]:
    mailbox.select("INBOX")
    validity = mailbox.response("UIDVALIDITY")[1][0]
    assert isinstance(validity, bytes)
    return validity.decode(), mailbox.uid("SEARCH", "ALL")[1][0].decode()


def test_dovecot_keeps_mails_over_a_kill_and_forgets_its_uids_on_demand() -> None:
    with running_dovecot() as server:
        server.deliver(b"Subject: a\r\n\r\nb\r\n")
        seen = []
        for again in (server.kill, server.stop):
            mailbox = imaplib.IMAP4(server.host, server.port)
            mailbox.login(server.user, server.password)
            seen.append(_uids(mailbox))
            mailbox.shutdown()
            again()
            if again == server.stop:
                server.forget_uids()
            server.start()
        mailbox = imaplib.IMAP4_SSL(
            server.host,
            server.tls_port,
            ssl_context=ssl.create_default_context(cafile=str(server.certificate.path)),
        )
        mailbox.login(server.user, server.password)
        seen.append(_uids(mailbox))
        mailbox.shutdown()
        assert [uids for _, uids in seen] == ["1", "1", "1"]
        assert seen[0] == seen[1] != seen[2]


def test_the_smtp_server_keeps_what_it_takes_and_refuses_by_name() -> None:
    with running_smtp() as server, smtplib.SMTP(server.host, server.port) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(server.certificate.path)))
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(server.user, "wrong")
        client.login(server.user, server.password)
        raw = b"Subject: a\r\n\r\nb\r\n"
        refused = client.sendmail("shop@tillside.test", ["a@b.test", "refused@b.test"], raw)
        assert refused == {"refused@b.test": (550, b"5.1.1 No such user here")}
        assert (server.taken(), server.recipients()) == ([raw], [["a@b.test"]])

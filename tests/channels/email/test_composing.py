"""What goes out: a mail that others' programs read as it was meant, and nothing smuggled in."""

import email
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.composing import compose, envelope_of
from channels.email.reading import read_mail
from channels.email.threading import reply_reference
from channels.errors import MessageRefused
from channels.records import Address, File, Outbound
from tests.channels.email.mails import OURS

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ID = "0123456789abcdef0123456789abcdef@shop.example"
TOKEN = "abcdefgh23456789"


def _outbound(**changed: Any) -> Outbound:
    told: dict[str, Any] = {
        "key": "k1",
        "external_id": ID,
        "to": (Address("ann@example.com", "Ann"),),
        "text": "Hello",
    }
    return Outbound(**(told | changed))


def _compose(**changed: Any) -> bytes:
    plus = changed.pop("plus_addressing", True)
    return compose(_outbound(**changed), OURS, name="The Shop", plus_addressing=plus, now=NOW)


def _parsed(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=POLICY)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_plain_answer() -> None:
    mail = _parsed(_compose(subject="Re: Order #1001", references=("a@x.example", "b@x.example")))
    assert mail["From"] == '"The Shop" <shop@shop.example>'.replace('"', "")
    assert mail["To"] == "Ann <ann@example.com>"
    assert mail["Subject"] == "Re: Order #1001"
    assert mail["Date"] == "Sun, 22 Nov 2026 12:00:00 +0000"
    assert mail["Message-ID"] == f"<{ID}>"
    assert mail["In-Reply-To"] == "<b@x.example>"
    assert mail["References"].split() == ["<a@x.example>", "<b@x.example>"]
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert text.get_content() == "Hello"
    assert '<p dir="auto">Hello</p>' in html.get_content()
    assert "Auto-Submitted" not in mail
    assert "Reply-To" not in mail


def test_one_of_each_header_and_lines_that_servers_take() -> None:
    raw = _compose(
        subject="Παραγγελία " * 12,
        to=tuple(Address(f"a{number}@example.com", "Νίκος " * 8) for number in range(30)),
        references=tuple(f"{'x' * 120}{number}@example.com" for number in range(20)),
        reply_token=TOKEN,
        sender_name="Μαρία (The Shop)",
        text="α" * 5000,
    )
    head = raw.partition(b"\r\n\r\n")[0]
    names = re.findall(rb"(?m)^([A-Za-z-]+):", head)
    assert len(names) == len(set(names))
    assert head.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_ids_longer_than_a_line_stay_ids() -> None:
    long = "a" * 150 + "@example.com"
    raw = _compose(references=(long,), external_id=long)
    assert f"\r\nMessage-ID: <{long}>\r\n".encode() in raw
    assert f"\r\nIn-Reply-To: <{long}>\r\n".encode() in raw


def test_the_token_stands_in_reply_to_and_references() -> None:
    mail = _parsed(_compose(reply_token=TOKEN, references=("a@x.example",)))
    assert mail["Reply-To"] == f"The Shop <shop+{TOKEN}@shop.example>"
    assert mail["References"].split() == [f"<{reply_reference(TOKEN, OURS)}>", "<a@x.example>"]
    assert mail["In-Reply-To"] == "<a@x.example>"
    without = _parsed(_compose(reply_token=TOKEN, plus_addressing=False))
    assert "Reply-To" not in without
    assert without["References"] == f"<{reply_reference(TOKEN, OURS)}>"
    assert "In-Reply-To" not in without


def test_automatic_mail_says_that_it_is() -> None:
    answered = _parsed(_compose(is_automatic=True, references=("a@x.example",)))
    assert answered["Auto-Submitted"] == "auto-replied"
    assert answered["X-Auto-Response-Suppress"] == "All"
    assert _parsed(_compose(is_automatic=True))["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "text",
    [
        "Γεια σας\n\nΕυχαριστούμε!",
        "שלום\nתודה",
        "Dobrý den,\nžluťoučký kůň = 100 %",
        "From here\n.\n..\n> quoted\n-- \nJan",
        "a" * 3000,
        "🎉 emoji \u202e and turned",
        "tab\tand  spaces ",
    ],
)
def test_texts_arrive_as_they_were_written(text: str) -> None:
    raw = _compose(text=text)
    part = next(_parsed(raw).iter_parts())
    assert part.get_content().splitlines() == text.splitlines()
    assert not re.search(rb"(?m)^(?:From |\.)", raw.partition(b"\r\n\r\n")[2])


def test_the_html_is_made_of_the_text_and_nothing_else() -> None:
    html = list(
        _parsed(_compose(text="<b>&\n\nhttps://a.example/?x=1&y=2).", locale="he")).iter_parts()
    )[1]
    content = html.get_content()
    assert '<html lang="he">' in content
    assert "&lt;b&gt;&amp;" in content
    assert (
        '<a href="https://a.example/?x=1&amp;y=2">https://a.example/?x=1&amp;y=2</a>).' in content
    )


def test_files_arrive_with_their_names_and_bytes() -> None:
    data = bytes(range(256)) * 40
    names = ["a.pdf", "τιμολόγιο με μακρύ όνομα για τον πελάτη μας.pdf", "x" * 100, "it's.txt"]
    files = tuple(File(name, "application/pdf", data, len(data)) for name in names)
    raw = _compose(files=files)
    got = list(_parsed(raw).iter_attachments())
    assert [part.get_payload(decode=True) for part in got] == [data] * 4
    assert [part.get_filename() for part in got] == names
    assert [file.name for file in read_mail(raw, OURS).files] == names


@pytest.mark.parametrize("media_type", ["message/rfc822", "multipart/mixed", "a/b\r\nX: y", ""])
def test_a_kind_that_cannot_be_sent_is_just_bytes(media_type: str) -> None:
    raw = _compose(files=(File("a", media_type, b"x", 1),))
    (part,) = _parsed(raw).iter_attachments()
    assert part.get_content_type() == "application/octet-stream"
    assert b"X: y" not in raw


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "x\r\nBcc: victim@bank.example"},
        {"sender_name": "x\r\nBcc: victim@bank.example"},
        {"to": (Address("ann@example.com", "x\r\nBcc: victim@bank.example"),)},
        {"locale": "en\r\nBcc: victim@bank.example"},
        {"files": (File("a\r\nBcc: victim@bank.example", "a/b\r\nBcc: v", b"", 0),)},
        {"text": "x\r\n.\r\nMAIL FROM:<>\r\nBcc: victim@bank.example"},
    ],
)
def test_no_header_is_smuggled_in(changed: dict[str, Any]) -> None:
    raw = _compose(**changed)
    assert "Bcc" not in _parsed(raw)
    assert not re.search(rb"(?mi)^bcc", raw.partition(b"\r\n\r\n")[0])


@pytest.mark.parametrize(
    "changed",
    [
        {"to": (Address("ann@example.com\r\nBcc: v@bank.example"),)},
        {"to": (Address("ann@example.com, v@bank.example"),)},
        {"to": (Address("ann"),)},
        {"external_id": "a@b>\r\nBcc: <v@bank.example"},
        {"reply_token": "a\r\nBcc: v@bank.example"},
        {"reply_token": "a@b"},
    ],
)
def test_what_cannot_be_sent_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(MessageRefused):
        _compose(**changed)


@pytest.mark.parametrize("odd", ["a b@x.example", "a@b>", "<a", "ü@x.example", "x\r\nBcc: b@c"])
def test_a_customers_odd_id_is_left_out_and_stops_no_answer(odd: str) -> None:
    raw = _compose(references=("a@x.example", odd))
    mail = _parsed(raw)
    assert (mail["In-Reply-To"], mail["References"]) == ("<a@x.example>", "<a@x.example>")
    assert raw.partition(b"\r\n\r\n")[0].isascii()
    assert mail["Bcc"] is None


def test_the_envelope_has_each_recipient_once_and_says_what_it_needs() -> None:
    told = envelope_of(
        _outbound(
            to=(Address("a@παράδειγμα.ελ"), Address("a@b.example")), cc=(Address("a@b.example"),)
        ),
        OURS,
    )
    assert told.sender == "shop@shop.example"
    assert told.recipients == ("a@xn--hxajbheg2az3al.xn--qxam", "a@b.example")
    assert told.needs_utf8 is False
    assert envelope_of(_outbound(to=(Address("δοκιμή@b.example"),)), OURS).needs_utf8 is True
    with pytest.raises(MessageRefused, match="no recipient"):
        envelope_of(_outbound(to=()), OURS)


@given(st.text(max_size=300), st.text(max_size=120), st.text(max_size=60))
def test_any_text_subject_and_name_come_through_whole(text: str, subject: str, name: str) -> None:
    raw = _compose(text=text, subject=subject, sender_name=name)
    mail = email.message_from_bytes(raw)
    assert sorted(mail.keys()) == sorted(
        ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
    )
    inbound = read_mail(raw, OURS)
    assert inbound.person.value == OURS.address

"""When two mails are one, whatever strangers write."""

import random

import pytest

from integration.conversations.incoming.sameness import (
    MOST_HEADER_BYTES,
    mail_digest,
    message_id_of,
)
from tests.factories.fake_mail import raw_mail

MAIL = raw_mail("Hello")


def test_what_servers_add_is_not_the_letter() -> None:
    other = b"Delivered-To: a@b.example\r\nX-Spam: no\r\n" + MAIL.replace(b"mx1", b"mx9")
    assert mail_digest(other) == mail_digest(MAIL)
    assert mail_digest(MAIL.replace(b"\n", b"\r\n")) == mail_digest(MAIL)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Hello", b"Hello!"),
        (b"From: dora", b"From: Dora"),
        (b"Subject: My", b"Subject: your"),
        (b"a1@mail", b"a2@mail"),
        (b"11:59:00", b"11:59:01"),
    ],
)
def test_what_the_author_wrote_is(before: bytes, after: bytes) -> None:
    assert before in MAIL
    assert mail_digest(MAIL.replace(before, after)) != mail_digest(MAIL)


def test_a_folded_header_is_one() -> None:
    folded = MAIL.replace(b"Subject: My order", b"Subject: My\n order")
    assert mail_digest(folded) == mail_digest(MAIL)


def test_headers_that_come_twice_are_another_letter() -> None:
    assert mail_digest(b"Message-ID: <b@x>\n" + MAIL) != mail_digest(MAIL)


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"no headers", b":\n\n", b"\0" * 100, b"Message-ID:\n\nx", b" \n\t\n\n"]
)
def test_anything_has_a_digest(raw: bytes) -> None:
    assert len(mail_digest(raw)) == 32
    assert message_id_of(raw) is None


def test_noise_has_a_digest() -> None:
    chosen = random.Random(5)
    for _ in range(300):
        raw = bytes(chosen.choice(b"Message-ID: <a>\r\n \t\0\xff") for _ in range(200))
        assert len(mail_digest(raw)) == 32
        told = message_id_of(raw)
        assert told is None or told.isprintable()


def test_headers_without_an_end_are_read_so_far() -> None:
    raw = MAIL.partition(b"\n\n")[0] + b"\n" + b"X-A: b\n" * MOST_HEADER_BYTES
    assert message_id_of(raw) == "a1@mail.example"
    assert message_id_of(b"X-A: b\n" * MOST_HEADER_BYTES + MAIL) is None


def test_an_id_is_told_without_brackets_and_bounded() -> None:
    assert message_id_of(MAIL) == "a1@mail.example"
    assert message_id_of(b"Message-ID: <" + b"x" * 1000 + b">\n\n") == "x" * 250

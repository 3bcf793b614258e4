"""Headers: encoded words, parameters, and what breaks their rules."""

import pytest

from channels.email.headers import decode_words, from_base64, parameters, read_headers
from channels.errors import Unreadable


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("=?utf-8?B?zp3Or866zr/Pgg==?=", "Νίκος"),
        ("=?iso-8859-7?Q?=C1=E8=DE=ED=E1?=", "Αθήνα"),
        ("=?windows-1255?Q?=F9=EC=E5=ED?= x", "שלום x"),
        ("=?utf-8?Q?a_b?= =?utf-8?Q?c?=", "a bc"),
        ("a =?utf-8?Q?b?= c", "a b c"),
        # A letter that a mailer cut in the midst.
        ("=?utf-8?Q?=CE?=\r\n =?utf-8?Q?=B1?=", "α"),
        ("=?utf-8?B?zp3Or866zr/Pgg?=", "Νίκος"),
        ("=?utf-8*el?Q?=CE=B1?=", "α"),
        ("=?nonsense?Q?abc?=", "abc"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?Q?open", "=?utf-8?Q?open"),
        ("=?utf-8?B?!!!?=", ""),
    ],
)
def test_encoded_words(given: str, text: str) -> None:
    assert decode_words(given) == text


def test_parameters_in_pieces_and_encoded() -> None:
    token, given = parameters(
        b"Attachment; filename*0*=utf-8''%CF%84%CE%B9; filename*1=\"m;e\"; filename*2*=%2Epdf;"
        b' size=3; name="=?utf-8?B?zrE=?="; odd; x="a\\"b"; size=4'
    )
    assert token == "attachment"
    assert given["filename"] == "τιm;e.pdf"
    assert (given["name"], given["x"]) == ("α", 'a"b')


def test_parameters_of_an_old_charset() -> None:
    assert parameters(b"x; filename*=iso-8859-2'cs'%E8.txt")[1] == {"filename": "č.txt"}
    assert parameters("x; name=τιμή.pdf".encode("cp1253"), "el")[1] == {"name": "τιμή.pdf"}


def test_folded_headers_and_a_missing_blank_line() -> None:
    raw = b"From a@b Mon\nSubject: one\n two\n\tthree\nX-A : b\nnow the body: begins\n"
    headers, body = read_headers(raw, 0, len(raw))
    assert headers.text("subject") == "one two three"
    assert headers.text("x-a") == "b"
    assert raw[body:] == b"now the body: begins\n"


def test_eight_bits_in_a_header() -> None:
    raw = "Subject: Πού είναι;\r\n\r\n".encode("cp1253")
    assert read_headers(raw, 0, len(raw))[0].text("subject") == "Πού είναι;"


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"=?utf-8?Q?a?= " * 20_000,
        b"X: y\r\n" * 3000,
        b"Subject: " + b"a" * 300_000,
    ],
)
def test_more_than_any_mail_has_is_not_read(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="headers are longer"):
        read_headers(raw, 0, len(raw))


@pytest.mark.parametrize(
    ("given", "data"),
    [
        (b"aGVsbG8=", b"hello"),
        (b"aGVsbG8", b"hello"),
        (b"aGVs\r\nbG8=\r\n-- \r\nfooter", b"hello"),
        (b"aGVs=bG8=", b"hello"),
        (b"aGVsb", b"hel"),
        (b"", b""),
    ],
)
def test_base64_that_is_broken(given: bytes, data: bytes) -> None:
    assert from_base64(given).startswith(data)

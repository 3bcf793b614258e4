"""Whatever comes in, a message comes out or the mail is parked: nothing else, and soon."""

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.email.reading import read_mail
from channels.email.wire import heard, told_mail
from channels.errors import Unreadable
from channels.records import Inbound
from tests.channels.email.mails import OURS

_NAMES = st.sampled_from(
    "From To Cc Subject Date Message-ID References In-Reply-To Content-Type Content-Disposition"
    " Content-Transfer-Encoding Content-ID Authentication-Results Auto-Submitted Return-Path"
    " Reply-To Delivered-To Content-Language Precedence Received X-Y".split()
)
_PIECES = st.sampled_from(
    [
        *("text/plain", "text/html", "multipart/mixed; boundary=b", "multipart/alternative"),
        *("multipart/report; report-type=delivery-status; boundary=b", "message/rfc822"),
        *("message/delivery-status", "multipart/digest; boundary=b", "; boundary=b", "image/png"),
        *("; charset=", "windows-1253", "utf-8", "utf-7", "utf-16", "iso-8859-8-i", "x-unknown"),
        *("base64", "quoted-printable", "x-uuencode", "; format=flowed", "; name*0*=utf-8''%"),
        *("attachment; filename=", '"a.pdf"', "../x", "inline", "<a@b.example>", "a@b.example"),
        *("=?utf-8?B?", "=?iso-8859-7?Q?=E1", "?=", '"', "(", ")", "<", ">", ",", ";", ":", "\\"),
        *(
            "mx.shop.example; dmarc=pass",
            "dkim=pass header.d=b.example",
            "\r\n ",
            "\t",
            " ",
            "\xe9",
        ),
        *("Mon, 99 Foo 99999 99:99:99 +9999", "Thu, 1 Jan 1970 00:00:00 GMT", "\x00", "\ud800"),
        *("shop+abcdefgh23456789@shop.example", "--b", "--b--", "On 1/2/2024 x wrote:", "> q"),
        *("<p>", "<blockquote>", "<img src=x>", "</p>", "Action: failed", "Status: 5.1.1", "-- "),
    ]
)
_LINES = st.lists(_PIECES, max_size=6).map("".join)
_HEADERS = st.tuples(_NAMES, _LINES).map(": ".join)
_BLOCKS = st.tuples(st.lists(_HEADERS, max_size=8), st.lists(_LINES, max_size=6)).map(
    lambda told: "\r\n".join([*told[0], "", *told[1]])
)
_MAILS = st.lists(_BLOCKS, min_size=1, max_size=5).map(
    lambda blocks: "\r\n--b\r\n".join(blocks).encode("utf-8", "surrogatepass")
)


def _check(raw: bytes) -> None:
    began = time.process_time()
    try:
        inbound = read_mail(raw, OURS)
    except Unreadable:
        return
    finally:
        assert time.process_time() - began < 2.0
    assert isinstance(inbound, Inbound)
    for text in (inbound.text, inbound.subject, inbound.quoted, inbound.html, inbound.person.name):
        (text or "").encode("utf-8")
        assert "\x00" not in (text or "")
    assert "@" in inbound.person.value
    assert inbound.external_id
    assert inbound.sent_at is None or inbound.sent_at.tzinfo is not None
    answer, data = told_mail(inbound)
    assert heard(answer, data) == inbound


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(_MAILS)
def test_a_mail_of_pieces(raw: bytes) -> None:
    _check(raw)


@settings(max_examples=100)
@given(st.binary(max_size=600))
def test_a_mail_of_any_bytes(raw: bytes) -> None:
    _check(raw)


@settings(max_examples=100)
@given(_MAILS, st.integers(0, 2000), st.binary(max_size=8))
def test_a_mail_that_was_damaged(raw: bytes, place: int, damage: bytes) -> None:
    at = min(place, len(raw))
    _check(raw[:at] + damage + raw[at + len(damage) :])

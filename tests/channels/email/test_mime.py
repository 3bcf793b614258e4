"""A mail's tree: boundaries, broken ones, caps; and the same as Python's own reader finds."""

import email
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.mime import MOST_BYTES, Part, take_apart
from channels.errors import TooLarge, Unreadable
from tests.channels.email.mails import raw


def _shape(part: Part) -> object:
    return (part.media_type, [_shape(each) for each in part.children])


def _theirs(part: Message) -> object:
    payload = part.get_payload()
    is_multipart = part.get_content_maintype() == "multipart" and isinstance(payload, list)
    return (part.get_content_type(), [_theirs(each) for each in payload] if is_multipart else [])


def _leaves(part: Part) -> list[bytes]:
    return [each.data() for each in part.walk() if not each.children]


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60)
_TREES = st.recursive(
    _TEXTS.map(lambda text: MIMEText(text, "plain", "utf-8")),
    lambda inner: st.tuples(
        st.sampled_from(("mixed", "alternative", "related")),
        st.lists(inner, min_size=1, max_size=3),
    ).map(lambda told: MIMEMultipart(told[0], _subparts=told[1])),
    max_leaves=8,
)


@given(_TREES)
def test_what_pythons_library_writes_is_read_as_it_reads_it(tree: Message) -> None:
    written = tree.as_bytes()
    theirs = email.message_from_bytes(written)
    ours = take_apart(written)
    assert _shape(ours) == _theirs(theirs)
    leaves = [part.get_payload(decode=True) for part in theirs.walk() if not part.is_multipart()]
    assert _leaves(ours) == leaves


def test_the_end_is_missing() -> None:
    mail = raw(
        'Content-Type: multipart/mixed; boundary="b"', body="--b\r\n\r\none\r\n--b\r\n\r\ntwo"
    )
    assert _leaves(take_apart(mail)) == [b"one", b"two"]


def test_a_boundary_that_begins_like_the_outer_one() -> None:
    body = (
        "preamble\r\n--b\r\nContent-Type: multipart/alternative; boundary=bb\r\n\r\n"
        "--bb\r\n\r\none\r\n--bb--\r\n--b  \r\n\r\ntwo --b is no boundary\r\n--b--\r\nepilogue"
    )
    root = take_apart(raw("Content-Type: multipart/mixed; boundary=b", body=body))
    assert _leaves(root) == [b"one", b"two --b is no boundary"]


@pytest.mark.parametrize(
    "content_type",
    ["multipart/mixed", "multipart/mixed; boundary=", 'multipart/mixed; boundary="nowhere"'],
)
def test_a_multipart_without_its_boundary_is_a_text(content_type: str) -> None:
    root = take_apart(raw(f"Content-Type: {content_type}", body="Hello"))
    assert _leaves(root) == [b"Hello"]


@pytest.mark.parametrize(
    ("encoding", "body", "data"),
    [
        ("base64", b"aGVsbG8=", b"hello"),
        ("BASE64 ", b"aGVs\nbG8", b"hello"),
        ("quoted-printable", b"a=C3=A9=\r\nb=", b"a\xc3\xa9b"),
        ("quoted-printable", b"=ZZ=", b"=ZZ"),
        ("x-uuencode", b"begin 644 a\n%:&5L;&\\\n`\nend\n", b"hello"),
        ("8bit", b"\xe9", b"\xe9"),
        ("nonsense", b"abc", b"abc"),
    ],
)
def test_transfer_encodings(encoding: str, body: bytes, data: bytes) -> None:
    assert take_apart(raw(f"Content-Transfer-Encoding: {encoding}", body=body)).data() == data


def test_a_mail_of_an_old_macintosh() -> None:
    root = take_apart(b"From: a@b.example\rSubject: x\r\rHello\r")
    assert root.headers.text("subject") == "x"
    assert root.data() == b"Hello\n"


def test_caps_of_depth_count_and_size() -> None:
    nested = "".join(
        f"--{level}\r\nContent-Type: multipart/mixed; boundary={level + 1}\r\n\r\n"
        for level in range(3000)
    )
    with pytest.raises(Unreadable, match="nested more than 20 deep"):
        take_apart(raw("Content-Type: multipart/mixed; boundary=0", body=nested))
    many = "--b\r\n\r\nx\r\n" * 3000
    with pytest.raises(Unreadable, match="more than 300 parts"):
        take_apart(raw("Content-Type: multipart/mixed; boundary=b", body=many))
    with pytest.raises(TooLarge, match="larger than 36 MB"):
        take_apart(b"x" * (MOST_BYTES + 1))

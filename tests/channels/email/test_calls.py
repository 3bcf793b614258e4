"""Providers that call us with mails: believed by their signature only."""

import hashlib
import hmac
from urllib.parse import urlencode

import pytest

from channels.email.calls import SIGNATURE_HEADER, EmailCalls
from channels.errors import CallRefused
from channels.records import Account, Call
from tests.channels.email.mails import account, raw

KEY = "a key of sixteen characters"
NOW = 1_795_348_800
MAIL = raw("Subject: x")


def _account(receives: str, key: str = KEY) -> Account:
    return account(receives=receives, secrets={"smtp_password": "p", "call_secret": key})


def _calls() -> EmailCalls:
    return EmailCalls(now=lambda: float(NOW))


def _signed(body: bytes = MAIL, *, at: int = NOW, key: str = KEY) -> Call:
    told = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return Call("https://t.example/", ((SIGNATURE_HEADER, f"t={at},v1={told}"),), body)


def test_a_signed_call_brings_its_body() -> None:
    heard = _calls().hear(_signed(), _account("signed_calls"))
    assert (heard.raw, heard.dedupe) == (MAIL, hashlib.sha256(MAIL).hexdigest())
    assert _calls().hear(_signed(b""), _account("signed_calls")).raw is None


@pytest.mark.parametrize(
    "call",
    [
        Call("u", (), MAIL),
        Call("u", ((SIGNATURE_HEADER, ""),), MAIL),
        Call("u", ((SIGNATURE_HEADER, "t=1,v1=é"),), MAIL),
        Call("u", _signed().headers * 2, MAIL),
        Call("u", _signed().headers, MAIL + b" "),
        _signed(key="another key of some length"),
        _signed(at=NOW - 301),
        _signed(at=NOW + 301),
    ],
)
def test_a_call_that_is_not_signed_rightly_is_refused(call: Call) -> None:
    with pytest.raises(CallRefused):
        _calls().hear(call, _account("signed_calls"))


def test_a_mailbox_that_is_asked_takes_no_calls() -> None:
    with pytest.raises(CallRefused, match="takes no calls"):
        _calls().hear(_signed(), _account("imap"))
    with pytest.raises(CallRefused, match="takes no calls"):
        _calls().hear(_signed(key=""), _account("signed_calls", key=""))


def _fields(*, at: int = NOW, key: str = KEY, token: str = "tok") -> dict[str, str]:
    told = hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": str(at), "token": token, "signature": told}


def _posted(fields: dict[str, str]) -> Call:
    kind = "application/x-www-form-urlencoded"
    return Call("u", (("content-type", kind),), urlencode(fields, encoding="latin-1").encode())


def _posted_in_parts(fields: dict[str, str]) -> Call:
    parts = "".join(
        f'--x1\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    kind = "multipart/form-data; boundary=x1"
    return Call("u", (("content-type", kind),), f"{parts}--x1--\r\n".encode("latin-1"))


@pytest.mark.parametrize("post", [_posted, _posted_in_parts])
def test_mailguns_raw_mail(post: object) -> None:
    mail = raw("Subject: é", body=b"\xe9\r\n").decode("latin-1")
    call = post(_fields() | {"body-mime": mail, "recipient": "a@b.example"})  # type: ignore[operator]
    assert _calls().hear(call, _account("mailgun")).raw == mail.encode("latin-1")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"body-mime": "x"},
        _fields(key="another") | {"body-mime": "x"},
        _fields() | {"body-mime": "x", "token": "other"},
        _fields() | {"body-mime": "x", "signature": "é"},
        _fields(at=NOW - 13 * 3600) | {"body-mime": "x"},
        _fields(),
        {"timestamp": "", "token": "", "signature": hmac.new(b"", b"", "sha256").hexdigest()},
    ],
)
@pytest.mark.parametrize("post", [_posted, _posted_in_parts])
def test_a_call_that_is_not_mailguns_is_refused(post: object, fields: dict[str, str]) -> None:
    with pytest.raises(CallRefused):
        _calls().hear(post(fields), _account("mailgun"))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n" * 5000),
        ("application/x-www-form-urlencoded", b"\xff"),
        ("application/x-www-form-urlencoded", b"a=b&" * 10_000),
        ("application/json", b"{}"),
    ],
)
def test_a_body_that_is_no_form_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(CallRefused):
        _calls().hear(Call("u", (("content-type", kind),), body), _account("mailgun"))

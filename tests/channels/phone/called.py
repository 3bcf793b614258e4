"""Calls of providers, signed as theirs are."""

import time
from typing import Any
from urllib.parse import urlencode

import orjson
from pydantic import SecretStr

from channels.phone import signed, twilio
from channels.records import Account, Call

URL = "https://tillside.example/webhooks/phone/token-1"
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
SECRET = "a-secret-of-the-phone-system-1"
OURS = "+302101234567"
THEIRS = "+306912345678"
CALL = "CA" + "1" * 32


def account(told_by: str = "twilio", **settings: Any) -> Account:
    """A phone line of a shop in Greece."""
    held = {"auth_token": SecretStr(AUTH_TOKEN), "signing_secret": SecretStr(SECRET)}
    name = {"twilio": "auth_token", "signed": "signing_secret"}.get(told_by)
    plain = {"number": OURS, "country": "GR", "told_by": told_by, "forward_to": ""} | settings
    return Account(
        channel_id=1,
        token="token-1",
        name="Phone",
        address=OURS,
        locale="en",
        settings=plain,
        secrets={name: held[name]} if name else {},
    )


def of_twilio(url: str = URL, *, token: str = AUTH_TOKEN, **fields: str) -> Call:
    """A call of Twilio's with these fields beside those that always stand."""
    told = {
        "CallSid": CALL,
        "From": THEIRS,
        "To": OURS,
        "Direction": "inbound",
        "CallStatus": "ringing",
    } | fields
    pairs = [(name, value) for name, value in told.items() if value]
    headers = (
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("x-twilio-signature", twilio.signature(url, pairs, token).decode()),
    )
    return Call(url, headers, urlencode(pairs).encode())


def of_system(*, at: float | None = None, secret: str = SECRET, **told: Any) -> Call:
    """A signed call of any other system."""
    values = {"id": "c-77", "from": THEIRS, "to": OURS, "outcome": "missed"} | told
    body = orjson.dumps({name: value for name, value in values.items() if value is not None})
    second = str(int(time.time() if at is None else at))
    proof = signed.signature(second, body, secret).decode()
    return Call(URL, (("x-tillside-signature", f"t={second},v1={proof}"),), body)

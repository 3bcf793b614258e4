"""Mails that a provider hands over by calling us, instead of a mailbox that we ask.

`signed_calls`: the raw mail is the body; `X-Tillside-Signature: t=<seconds>,v1=<hex>` is an
HMAC-SHA256 of `<seconds>.` and the body. `mailgun`: the route that forwards raw MIME
(https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks): an
HMAC-SHA256 of timestamp and token, which stand in the form beside `body-mime`.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

from channels.email.mime import MOST_BYTES, take_apart
from channels.errors import CallRefused, Unreadable
from channels.records import Account, Call, Heard

SIGNATURE_HEADER = "x-tillside-signature"
_FRESH_SECONDS = 300
# Mailgun sends a call that failed again for eight hours.
_MAILGUN_FRESH_SECONDS = 12 * 3600
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_MOST_FIELDS = 200


class EmailCalls:
    """The port's CallGate for providers that take mail for the merchant."""

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        self._now = now

    def hear(self, call: Call, account: Account) -> Heard:
        """The raw mail of a call. Raises CallRefused: no key, no or a wrong signature, too old."""
        secret = account.secrets.get("call_secret")
        receives = account.settings.get("receives", "imap")
        if secret is None or not secret.get_secret_value():
            raise CallRefused("This mailbox takes no calls.")
        key = secret.get_secret_value().encode()
        if receives == "signed_calls":
            raw = self._signed(call, key)
        elif receives == "mailgun":
            raw = self._mailgun(call, key)
        else:
            raise CallRefused("This mailbox takes no calls.")
        if len(raw) > MOST_BYTES:
            raise CallRefused("The mail is larger than we take.")
        return Heard(hashlib.sha256(raw).hexdigest(), raw or None)

    def _signed(self, call: Call, key: bytes) -> bytes:
        given = [value for name, value in call.headers if name == SIGNATURE_HEADER]
        found = _SIGNATURE.fullmatch(given[0].strip()) if len(given) == 1 else None
        if found is None:
            raise CallRefused("The call isn't signed.")
        wanted = hmac.new(key, found.group(1).encode() + b"." + call.body, hashlib.sha256)
        if not hmac.compare_digest(wanted.hexdigest().encode(), found.group(2).encode()):
            raise CallRefused("The call's signature is wrong.")
        self._require_fresh(found.group(1), _FRESH_SECONDS)
        return call.body

    def _mailgun(self, call: Call, key: bytes) -> bytes:
        form = _form(call)
        timestamp, token = form.get("timestamp", b""), form.get("token", b"")
        given = form.get("signature", b"")
        wanted = hmac.new(key, timestamp + token, hashlib.sha256).hexdigest().encode()
        if not timestamp or not token or not hmac.compare_digest(wanted, given):
            raise CallRefused("The call's signature is wrong.")
        self._require_fresh(timestamp.decode("ascii", "replace"), _MAILGUN_FRESH_SECONDS)
        if "body-mime" not in form:
            raise CallRefused("The call brings no raw mail: its address has to end with ?mime.")
        return form["body-mime"]

    def _require_fresh(self, timestamp: str, seconds: int) -> None:
        is_time = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
        if not is_time or abs(self._now() - int(timestamp)) > seconds:
            raise CallRefused("The call's signature is of another time.")


def _form(call: Call) -> dict[str, bytes]:
    """The fields of a form, the first of each name. Raises CallRefused."""
    content_type = next((value for name, value in call.headers if name == "content-type"), "")
    if content_type.lower().startswith("multipart/form-data"):
        return _multipart_form(call.body, content_type)
    try:
        pairs = parse_qsl(
            call.body.decode("ascii"),
            keep_blank_values=True,
            encoding="latin-1",
            max_num_fields=_MOST_FIELDS,
        )
    except (UnicodeError, ValueError):
        raise CallRefused("The call brings no form.") from None
    return {name: value.encode("latin-1") for name, value in reversed(pairs)}


def _multipart_form(body: bytes, content_type: str) -> dict[str, bytes]:
    line = content_type.replace("\r", "").replace("\n", "").replace("form-data", "mixed", 1)
    try:
        root = take_apart(
            b"Content-Type: " + line.encode("latin-1", "replace") + b"\r\n\r\n" + body
        )
    except Unreadable:
        raise CallRefused("The call brings no form.") from None
    fields: dict[str, bytes] = {}
    for part in root.children:
        name = part.disposition_parameters.get("name", "")
        fields.setdefault(name, part.raw[part.start : part.end])
    return fields

"""What any other system tells of calls: JSON, signed with a secret of the channel's.

`X-Tillside-Signature: t=<unix seconds>,v1=<hex>`, where the hex is the HMAC-SHA256 of `t`, a dot
and the body. What is older than five minutes is refused: nobody can play it again later.
"""

import hmac
import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

from channels.errors import CallRefused
from channels.phone.events import CallEvent, Direction, Happening
from channels.phone.twilio import is_link
from channels.records import Call

SIGNATURE_HEADER = "x-tillside-signature"
WINDOW_SECONDS = 300
_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})", re.ASCII)
_ID = re.compile(r"[!-~]{1,120}")
_OUTCOMES: dict[str, tuple[Happening, str | None]] = {
    "ringing": ("ringing", None),
    "answered": ("answered", None),
    "missed": ("missed", "missed"),
    "busy": ("missed", "busy"),
    "canceled": ("missed", "canceled"),
    "failed": ("missed", "failed"),
    "voicemail": ("missed", "voicemail"),
}
_LONGEST_NOTE = 2000
_LONGEST_NUMBER = 64


def verified_body(call: Call, secret: str, now: float) -> dict[str, Any]:
    """The JSON object of a genuine, recent call. Raises CallRefused."""
    given = [value for name, value in call.headers if name == SIGNATURE_HEADER]
    found = _SIGNATURE.fullmatch(given[0]) if len(given) == 1 else None
    if found is None:
        raise CallRefused("the call has no signature of the form t=…,v1=…")
    if not hmac.compare_digest(signature(found[1], call.body, secret), found[2].encode()):
        raise CallRefused("the signature doesn't hold")
    if abs(now - int(found[1])) > WINDOW_SECONDS:
        raise CallRefused("the signature is too old")
    try:
        told = orjson.loads(call.body)
    except orjson.JSONDecodeError:
        raise CallRefused("the body isn't JSON") from None
    if not isinstance(told, dict):
        raise CallRefused("the body isn't an object")
    return told


def signature(at: str, body: bytes, secret: str) -> bytes:
    """The hex that a call of that second and body is signed with."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, sha256).hexdigest().encode()


def event_of_body(told: dict[str, Any], *, links_recordings: bool) -> CallEvent | None:
    """What happened, None for what nobody needs. Raises CallRefused with what is wrong.

    `{id, from, to, direction, started_at, ended_at, outcome, recording_url, note}`; `id` and
    `outcome` are needed. A call that we made is kept when it was answered only.
    """
    call_id = told.get("id")
    if not isinstance(call_id, str) or not _ID.fullmatch(call_id):
        raise CallRefused("id must be a text of at most 120 plain characters")
    outcome = _OUTCOMES.get(str(told.get("outcome")))
    if outcome is None:
        raise CallRefused(f"outcome must be one of {', '.join(_OUTCOMES)}")
    if told.get("direction") not in (None, "inbound", "outbound"):
        raise CallRefused("direction must be inbound or outbound")
    direction: Direction = "outbound" if told.get("direction") == "outbound" else "inbound"
    happening, reason = outcome
    if direction == "outbound" and happening != "answered":
        return None
    return _event(told, call_id, happening, reason, direction, links_recordings)


def _event(
    told: dict[str, Any],
    call_id: str,
    happening: Happening,
    reason: str | None,
    direction: Direction,
    links_recordings: bool,
) -> CallEvent:
    theirs, ours = ("from", "to") if direction == "inbound" else ("to", "from")
    began, ended = _time(told, "started_at"), _time(told, "ended_at")
    link = _text(told, "recording_url", 1000)
    return CallEvent(
        call_id=call_id,
        happening=happening,
        direction=direction,
        theirs=_text(told, theirs, _LONGEST_NUMBER),
        ours=_text(told, ours, _LONGEST_NUMBER),
        started_at=began,
        ended_at=ended,
        seconds=int((ended - began).total_seconds()) if began and ended and ended > began else None,
        reason=reason,
        recording_url=link if links_recordings and link and is_link(link) else None,
        note=_text(told, "note", _LONGEST_NOTE),
    )


def _text(told: dict[str, Any], name: str, longest: int) -> str | None:
    value = told.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest:
        raise CallRefused(f"{name} must be a text of at most {longest} characters")
    return value


def _time(told: dict[str, Any], name: str) -> datetime | None:
    value = told.get(name)
    if value is None:
        return None
    try:
        parsed = datetime.fromisoformat(value)
        if parsed.tzinfo is None:
            raise ValueError
        return parsed.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise CallRefused(f"{name} must be a time of ISO 8601 with its zone") from None

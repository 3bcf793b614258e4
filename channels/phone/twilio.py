"""What Twilio tells of calls: its signature, its fields, and what it is told to do with a call.

Source: Twilio's documentation, "Webhooks security", "Voice webhooks" and "TwiML: Dial".
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha1, sha256
from urllib.parse import parse_qs, parse_qsl, urlsplit, urlunsplit
from xml.sax.saxutils import escape, quoteattr

import orjson

from channels.errors import CallRefused
from channels.phone.events import CallEvent, Direction, Happening
from channels.records import Call

SIGNATURE_HEADER = "x-twilio-signature"
NOTHING_TO_DO = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_BODY_DIGEST = "bodySHA256"
_MOST_FIELDS = 300
_PORTS = {"https": 443, "http": 80}
_MISSED = {"busy": "busy", "no-answer": "missed", "failed": "failed", "canceled": "canceled"}
_TAKEN = frozenset({"completed", "answered"})

Fields = Mapping[str, str]


def verified_fields(call: Call, auth_token: str) -> Fields:
    """The fields of a genuine call. Raises CallRefused before any of them is believed."""
    given = [value for name, value in call.headers if name == SIGNATURE_HEADER]
    if len(given) != 1:
        raise CallRefused("a call of Twilio's has one signature")
    try:
        pairs, signed = _parsed(call)
        is_genuine = any(
            hmac.compare_digest(signature(url, signed, auth_token), given[0].encode())
            for url in _written(call.url)
        )
    except (ValueError, UnicodeError):
        raise CallRefused("the call can't be read") from None
    if not is_genuine:
        raise CallRefused("the signature doesn't hold")
    return dict(pairs)


def signature(url: str, pairs: list[tuple[str, str]], auth_token: str) -> bytes:
    """What Twilio signs an address and a form with; a value that stands twice counts once."""
    text = url + "".join(f"{name}{value}" for name, value in sorted(set(pairs)))
    return b64encode(hmac.new(auth_token.encode(), text.encode(), sha1).digest())


def event_of_fields(
    fields: Fields, *, is_passed_on: bool, links_recordings: bool
) -> CallEvent | None:
    """What happened, None for what nobody needs: a leg of ours, a state in between.

    Where calls are passed on (`is_passed_on`), what became of the leg says whether somebody
    answered: the caller's own leg counts as completed also when nobody did. Raises CallRefused.
    """
    call_id = fields.get("CallSid", "")
    if not call_id or len(call_id) > 64 or not call_id.isalnum() or not call_id.isascii():
        raise CallRefused("the call has no id")
    if "RecordingUrl" in fields:
        return _recording(call_id, fields) if links_recordings else None
    if fields.get("ParentCallSid") or fields.get("Direction") == "outbound-dial":
        return None
    direction: Direction = "inbound" if fields.get("Direction") == "inbound" else "outbound"
    happening, reason = _what_happened(fields, is_passed_on)
    if happening is None or (direction == "outbound" and happening != "answered"):
        return None
    seconds = _whole(fields.get("DialCallDuration") or fields.get("CallDuration"))
    ended = None if happening == "ringing" else _time(fields.get("Timestamp"))
    return CallEvent(
        call_id=call_id,
        happening=happening,
        direction=direction,
        theirs=fields.get("From" if direction == "inbound" else "To"),
        ours=fields.get("To" if direction == "inbound" else "From"),
        name=fields.get("CallerName"),
        started_at=ended - timedelta(seconds=seconds or 0) if ended else None,
        ended_at=ended,
        seconds=seconds if happening == "answered" else None,
        reason=reason,
    )


def what_to_do(event: CallEvent | None, forward_to: str, url: str) -> bytes:
    """TwiML: a ringing call is passed on, one that goes nowhere is told that the line is busy."""
    if event is None or event.happening != "ringing":
        return NOTHING_TO_DO
    if not forward_to:
        done = '<Reject reason="busy"/>'
    else:
        dial = f'<Dial answerOnBridge="true" action={quoteattr(url)} method="POST">'
        done = f"{dial}{escape(forward_to)}</Dial>"
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{done}</Response>'.encode()


def _parsed(call: Call) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The fields, and those of them that are signed one by one: none of a body signed as one."""
    types = [value for name, value in call.headers if name == "content-type"]
    kind = types[0].partition(";")[0].strip().lower() if types else ""
    if kind in ("", "application/x-www-form-urlencoded"):
        text = call.body.decode()
        pairs = parse_qsl(
            text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
        return pairs, pairs
    told = parse_qs(urlsplit(call.url).query).get(_BODY_DIGEST, [])
    digest = sha256(call.body).hexdigest()
    if len(told) != 1 or not hmac.compare_digest(digest.encode(), told[0].lower().encode()):
        raise CallRefused("the body isn't the one that was signed")
    body = orjson.loads(call.body)
    if not isinstance(body, dict):
        raise CallRefused("the call can't be read")
    return [(name, str(value)) for name, value in body.items() if value is not None], []


def _written(url: str) -> list[str]:
    """An address as Twilio may have signed it: with the port of its scheme, or without."""
    parts = urlsplit(url)
    usual = _PORTS.get(parts.scheme)
    if usual is None or parts.port not in (None, usual):
        return [url]
    bare = parts.netloc.removesuffix(f":{usual}")
    return [urlunsplit(parts._replace(netloc=each)) for each in (bare, f"{bare}:{usual}")]


def _what_happened(fields: Fields, is_passed_on: bool) -> tuple[Happening | None, str | None]:
    leg = fields.get("DialCallStatus")
    if leg is not None:
        return ("answered", None) if leg in _TAKEN else ("missed", _MISSED.get(leg, "missed"))
    status = fields.get("CallStatus", "")
    if status == "ringing":
        return "ringing", None
    if status in _MISSED:
        return "missed", _MISSED[status]
    return ("answered", None) if status == "completed" and not is_passed_on else (None, None)


def _recording(call_id: str, fields: Fields) -> CallEvent | None:
    url = fields["RecordingUrl"]
    if fields.get("RecordingStatus", "completed") != "completed" or not is_link(url):
        return None
    return CallEvent(
        call_id,
        "recorded",
        seconds=_whole(fields.get("RecordingDuration")),
        recording_url=url,
    )


def is_link(url: str) -> bool:
    """Whether a recording's address can stand as a link."""
    if len(url) > 1000 or not url.isascii() or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and parts.username is None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 7 else None


def _time(text: str | None) -> datetime | None:
    try:
        told = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return told.astimezone(UTC) if told is not None and told.tzinfo is not None else None

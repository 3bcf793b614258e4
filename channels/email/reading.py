"""A raw mail to what it says. Runs in the parsing child: nothing here is trusted to end."""

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from channels.email.addresses import read_addresses
from channels.email.automatic import is_report, why_automatic
from channels.email.bodies import gather
from channels.email.bounces import read_bounce
from channels.email.headers import Headers
from channels.email.mime import Part, take_apart
from channels.email.ours import Ours
from channels.email.quoting import fold
from channels.email.senders import read_sender
from channels.email.threading import (
    addressed_headers,
    is_our_id,
    read_message_id,
    read_references,
    read_token,
)
from channels.records import Address, Inbound

_LONGEST_SUBJECT = 500
_YEARS = range(1990, 2101)


def read_mail(raw: bytes, ours: Ours) -> Inbound:
    """The message in a raw mail. Raises Unreadable, TooLarge."""
    root = take_apart(raw)
    headers = replace(root.headers, language=_language(root.headers) or ours.language)
    sender = read_sender(headers, raw, ours.trusted_server)
    body = gather(root, headers.language)
    folded = fold(body.text)
    references = read_references(headers)
    subject = (headers.text("subject") or "")[:_LONGEST_SUBJECT] or None
    external_id = read_message_id(headers, raw)
    recipients = [
        address
        for value in addressed_headers(headers)
        for address in read_addresses(value, headers.language).found
    ]
    bounce = read_bounce(root, body.text, references, ours)
    automatic = _why_automatic(root, headers, sender.person.value, subject, ours)
    if bounce is not None:
        automatic = "bounce"
    facts = dict(sender.facts) | _facts(root, headers, body.blocked, automatic)
    is_from_us = sender.person.value.lower() == ours.address
    return Inbound(
        external_id=external_id,
        person=sender.person,
        text=folded.text,
        subject=subject,
        quoted=folded.quoted,
        html=body.html,
        to=_addresses(headers, "to"),
        cc=_addresses(headers, "cc"),
        sent_at=_sent_at(headers),
        references=references,
        reply_token=read_token(recipients, references, ours),
        locale=_language(headers),
        files=body.files,
        is_automatic=automatic is not None or facts.get("sender") == "missing",
        is_ours=is_from_us and is_our_id(external_id, ours),
        bounce=bounce,
        facts=facts,
    )


def _addresses(headers: Headers, name: str) -> tuple[Address, ...]:
    return tuple(
        address
        for value in headers.all_plain(name)[:5]
        for address in read_addresses(value, headers.language).found[:100]
    )


def _why_automatic(
    root: Part, headers: Headers, sender: str, subject: str | None, ours: Ours
) -> str | None:
    if is_report(root.media_type, root.parameters):
        return "report"
    return why_automatic(headers, sender, subject, ours.address)


def _facts(root: Part, headers: Headers, blocked: int, automatic: str | None) -> dict[str, str]:
    facts: dict[str, str] = {}
    if automatic is not None:
        facts["automatic"] = automatic
    if blocked:
        facts["remote_images"] = str(blocked)
    if root.media_type in ("multipart/encrypted", "application/pkcs7-mime"):
        facts["encrypted"] = "yes"
    answers_go_to = read_addresses(headers.plain("reply-to") or "", headers.language).found
    sender = read_addresses(headers.plain("from") or "", headers.language).found
    if answers_go_to and answers_go_to[0].address not in {each.address for each in sender}:
        facts["reply_to"] = answers_go_to[0].address
    return facts


def _sent_at(headers: Headers) -> datetime | None:
    """When it says that it was sent, in UTC; None where that can't be."""
    try:
        told = parsedate_to_datetime((headers.plain("date") or "")[:100])
        told = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return told if told.year in _YEARS else None


def _language(headers: Headers) -> str | None:
    """The language that a mail says it is in: two letters."""
    told = (headers.plain("content-language") or "").strip().lower()[:2]
    return told if len(told) == 2 and told.isalpha() and told.isascii() else None

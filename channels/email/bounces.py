"""What came back of what we sent (RFC 3464), and which message it was."""

import re

from channels.email.charsets import decode, tidy
from channels.email.headers import Headers, one_line, read_headers
from channels.email.mime import Part
from channels.email.ours import Ours
from channels.email.threading import is_our_id
from channels.records import Bounce

_MOST_BYTES = 256 * 1024
_MOST_RECIPIENTS = 20
_LONGEST_REASON = 300
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_IN_TEXT = re.compile(r"message-id:\s*<([^<>\s]{3,250})>", re.IGNORECASE)
_FINAL_TEXT = re.compile(
    r"\b(?:5\.\d\.\d{1,3}|55[0-4])\b|permanent|user unknown|does not exist|could not be delivered"
    r"|undeliverable|giving up",
    re.IGNORECASE,
)
_ACTIONS = ("failed", "delayed")


def read_bounce(root: Part, text: str, references: tuple[str, ...], ours: Ours) -> Bounce | None:
    """What a mail says has come back; None where it says that of nothing."""
    reports = [each for each in root.walk() if each.media_type == "message/delivery-status"]
    if root.media_type == "multipart/report" and reports:
        return _of_report(root, reports[0], references, ours)
    return _of_words(root, text, references, ours)


def _of_report(root: Part, report: Part, references: tuple[str, ...], ours: Ours) -> Bounce | None:
    told = [each for each in _groups(report) if each.plain("action")]
    actions = [(each.plain("action") or "").lower().split()[:1] for each in told]
    worst = next((word for word in _ACTIONS if [word] in actions), None)
    if worst is None:
        return None
    group = told[actions.index([worst])]
    status = _STATUS.search(group.plain("status") or "")
    is_final = worst == "failed" and not (status and status.group(1).startswith("4"))
    reason = (group.plain("diagnostic-code") or "").partition(";")[2]
    return Bounce(
        external_id=_which(root, references, ours),
        is_final=is_final,
        status=status.group(1) if status else None,
        reason=one_line(reason)[:_LONGEST_REASON] or None,
    )


def _groups(report: Part) -> list[Headers]:
    """The fields about the message, then those about each recipient."""
    data = report.data()[:_MOST_BYTES].replace(b"\r\n", b"\n")
    blocks = re.split(rb"\n[ \t]*\n", data, maxsplit=_MOST_RECIPIENTS)
    return [read_headers(block, 0, len(block))[0] for block in blocks if block.strip()]


def _of_words(root: Part, text: str, references: tuple[str, ...], ours: Ours) -> Bounce | None:
    """A bounce without a report, as some servers still write: by its headers and ours inside."""
    headers = root.headers
    sender = (headers.plain("from") or "").lower()
    is_null = (headers.plain("return-path") or "").replace(" ", "") == "<>"
    names_failed = headers.raw("x-failed-recipients") is not None
    if not names_failed and not (is_null and re.search(r"mailer-?daemon|postmaster", sender)):
        return None
    within = [each for each in _IN_TEXT.findall(text[:100_000]) if is_our_id(each, ours)]
    external_id = within[0] if within else _which(root, references, ours)
    if external_id is None:
        return None
    status = _STATUS.search(text[:100_000])
    final = names_failed or _FINAL_TEXT.search(text[:100_000]) is not None
    return Bounce(external_id, final, status.group(1) if status else None, None)


def _which(root: Part, references: tuple[str, ...], ours: Ours) -> str | None:
    """The id of ours that came back: of the returned mail, else of what the bounce answers."""
    for part in root.walk():
        if part.media_type in ("message/rfc822", "text/rfc822-headers", "message/global-headers"):
            head = part.data()[:_MOST_BYTES]
            found = _IN_TEXT.findall(tidy(decode(head, None)))
            for each in found:
                if is_our_id(each, ours):
                    return str(each)
    return next((each for each in reversed(references) if is_our_id(each, ours)), None)

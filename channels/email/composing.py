"""A message of ours as a mail: ready to be signed by DKIM, with nothing in it that isn't ours.

We write the headers ourselves: `email.policy` encodes Message-IDs and references that are longer
than a line, and then no reply finds its thread.
"""

import base64
import hashlib
import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.header import Header
from email.quoprimime import body_encode
from email.utils import format_datetime
from urllib.parse import quote

import idna

from channels.email.addresses import clean_name, domain_of, is_address
from channels.email.files import clean_name as clean_file_name
from channels.email.headers import one_line
from channels.email.ours import Ours
from channels.email.smtp import Envelope
from channels.email.threading import reply_address, reply_reference
from channels.errors import MessageRefused
from channels.records import Address, File, Outbound

_MOST_REFERENCES = 30
_LONGEST_LINE = 76
_ID = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,250}")
_TOKEN = re.compile(r"[A-Za-z0-9_.-]{8,60}")
_URL = re.compile(r"https?://[^\s<>\"']{3,2000}[^\s<>\"'.,;:!?)\]]")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,80}/[a-z0-9][a-z0-9!#$&^_.+-]{0,120}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")


def envelope_of(message: Outbound, ours: Ours) -> Envelope:
    """From whom to whom. Raises MessageRefused for an address that can't be one."""
    recipients = tuple(dict.fromkeys(_ascii_domain(each.address) for each in _everybody(message)))
    if not recipients:
        raise MessageRefused("The message has no recipient.")
    sender = _ascii_domain(ours.address)
    return Envelope(sender, recipients, not all(each.isascii() for each in (sender, *recipients)))


def compose(
    message: Outbound, ours: Ours, *, name: str | None, plus_addressing: bool, now: datetime
) -> bytes:
    """The mail with CRLF line ends. Raises MessageRefused."""
    lines = _headers(message, ours, name=name, plus_addressing=plus_addressing, now=now)
    text = _body(message.text)
    alternative = _multipart(
        "alternative",
        _boundary(message.key, "alternative"),
        (_text_part("plain", text), _text_part("html", _as_html(text, message.locale))),
    )
    if not message.files:
        return _joined(lines, alternative)
    parts = [_block(*alternative), *(_file_part(file) for file in message.files)]
    return _joined(lines, _multipart("mixed", _boundary(message.key, "mixed"), parts))


def _headers(
    message: Outbound, ours: Ours, *, name: str | None, plus_addressing: bool, now: datetime
) -> list[str]:
    shown = clean_name(message.sender_name or name or "")
    lines = [
        _addresses("From", [Address(ours.address, shown or None)]),
        _addresses("To", message.to),
    ]
    if message.cc:
        lines.append(_addresses("Cc", message.cc))
    lines += [
        _text("Subject", message.subject or ""),
        f"Date: {format_datetime(now.astimezone(UTC))}",
        f"Message-ID: <{_checked_id(message.external_id)}>",
    ]
    references = [each for each in map(_reference, message.references) if each]
    references = references[-_MOST_REFERENCES:]
    if references:
        lines.append(f"In-Reply-To: <{references[-1]}>")
    if message.reply_token is not None:
        if not _TOKEN.fullmatch(message.reply_token):
            raise MessageRefused("The reply token can't stand in an address.")
        references.insert(0, reply_reference(message.reply_token, ours))
        if plus_addressing:
            back = Address(reply_address(message.reply_token, ours), shown or None)
            lines.append(_addresses("Reply-To", [back]))
    if references:
        lines.append("References: " + "\r\n ".join(f"<{each}>" for each in references))
    if message.is_automatic:
        lines += [
            f"Auto-Submitted: {'auto-replied' if message.references else 'auto-generated'}",
            "X-Auto-Response-Suppress: All",
        ]
    if message.locale and _LOCALE.fullmatch(message.locale):
        lines.append(f"Content-Language: {message.locale.replace('_', '-')}")
    return [*lines, "MIME-Version: 1.0"]


def _everybody(message: Outbound) -> Iterable[Address]:
    yield from message.to
    yield from message.cc


def _addresses(name: str, addresses: Iterable[Address]) -> str:
    return f"{name}: " + ",\r\n ".join(_address(each) for each in addresses)


def _address(address: Address) -> str:
    bare = _ascii_domain(address.address)
    name = clean_name(address.name or "")
    if not name:
        return bare
    if name.isascii():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return (
            f'"{escaped}"\r\n <{bare}>' if len(name) + len(bare) > 60 else f'"{escaped}" <{bare}>'
        )
    return f"{_words(name, 10)}\r\n <{bare}>"


def _ascii_domain(address: str) -> str:
    if not is_address(address):
        raise MessageRefused("That isn't an e-mail address.")
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain if domain.isascii() else idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        raise MessageRefused("The address has no domain that there can be.") from None


def _text(name: str, value: str) -> str:
    line = one_line("".join(" " if _is_control(each) else each for each in value))
    if line.isascii():
        return f"{name}: " + _folded(line, len(name) + 2)
    return f"{name}: {_words(line, len(name) + 2)}"


def _is_control(character: str) -> bool:
    return ord(character) < 32 or ord(character) == 127


def _folded(line: str, used: int) -> str:
    """A line broken between words; a word that is longer than a line becomes an encoded one."""
    if any(len(word) > 900 for word in line.split(" ")) or "=?" in line:
        return _words(line, used)
    told: list[str] = []
    length = used
    for word in line.split(" "):
        if told and length + len(word) + 1 > _LONGEST_LINE:
            told.append("\r\n ")
            length = 0
        elif told:
            told.append(" ")
        told.append(word)
        length += len(word) + 1
    return "".join(told)


def _words(text: str, used: int) -> str:
    safe = text.encode("utf-8", "replace").decode("utf-8")
    encoded = Header(safe, "utf-8", maxlinelen=_LONGEST_LINE, header_name="x" * used)
    return encoded.encode(linesep="\r\n")


def _checked_id(external_id: str) -> str:
    told = _reference(external_id)
    if told is None:
        raise MessageRefused("A message's id has characters that no id has.")
    return told


def _reference(external_id: str) -> str | None:
    """An id as it is written; None for one that can't be: a customer's is whatever they wrote."""
    local, at, domain = external_id.rpartition("@")
    told = external_id if external_id.isascii() else f"{local}{at}{domain_of(domain)}"
    return told if told.isascii() and _ID.fullmatch(told) else None


def _body(text: str) -> str:
    """The text with `\\n`, and nothing that mail can't carry."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return lines.encode("utf-8", "replace").decode("utf-8").strip("\n") + "\n"


def _as_html(text: str, locale: str | None) -> str:
    paragraphs = [
        "<br>\n".join(_linked(line) for line in paragraph.split("\n"))
        for paragraph in re.split(r"\n{2,}", text.strip("\n"))
    ]
    language = f' lang="{locale[:2].lower()}"' if locale and _LOCALE.fullmatch(locale) else ""
    body = "\n".join(f'<p dir="auto">{paragraph}</p>' for paragraph in paragraphs)
    head = f'<!DOCTYPE html>\n<html{language}><head><meta charset="utf-8"></head>'
    return f"{head}<body>\n{body}\n</body></html>\n"


def _linked(line: str) -> str:
    told: list[str] = []
    end = 0
    for found in _URL.finditer(line):
        url = html.escape(found.group())
        told += (html.escape(line[end : found.start()]), f'<a href="{url}">{url}</a>')
        end = found.end()
    return "".join(told) + html.escape(line[end:])


def _text_part(subtype: str, text: str) -> str:
    foreign = sum(1 for character in text if ord(character) > 127)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
    if foreign * 3 > len(text):
        encoded = _base64(text.replace("\n", "\r\n").encode())
        return f"{head}Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
    # quoprimime works on characters: each is one byte here.
    encoded = body_encode(text.encode().decode("latin-1"), _LONGEST_LINE, eol="\r\n")
    # What servers on the way like to change, and so break a signature.
    encoded = re.sub(r"(?m)^From ", "=46rom ", encoded)
    encoded = re.sub(r"(?m)^\.", "=2E", encoded)
    return f"{head}Content-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}"


def _file_part(file: File) -> str:
    media_type = file.media_type if _TYPE.fullmatch(file.media_type) else "application/octet-stream"
    if media_type.startswith(("message/", "multipart/")):
        # Those may not be base64 (RFC 2045, 6.4), and a file of ours is only a file.
        media_type = "application/octet-stream"
    named = _file_name(clean_file_name(file.name, media_type))
    return (
        f"Content-Type: {media_type}\r\n"
        f"Content-Disposition: attachment;\r\n {named}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{_base64(file.data)}"
    )


def _file_name(name: str) -> str:
    """The parameter, in pieces that keep a line short (RFC 2231, 4)."""
    if name.isascii() and len(name) <= 60:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'filename="{escaped}"'
    pieces: list[str] = []
    for character in name:
        encoded = quote(character, safe="")
        if not pieces or len(pieces[-1]) + len(encoded) > 50:
            pieces.append("")
        pieces[-1] += encoded
    if len(pieces) == 1:
        return f"filename*=utf-8''{pieces[0]}"
    return ";\r\n ".join(
        f"filename*{number}*={'utf-8' + chr(39) * 2 if number == 0 else ''}{piece}"
        for number, piece in enumerate(pieces)
    )


def _base64(data: bytes) -> str:
    return base64.encodebytes(data).decode("ascii").replace("\n", "\r\n")


def _boundary(key: str, what: str) -> str:
    return "=_" + hashlib.sha256(f"{what}:{key}".encode("utf-8", "replace")).hexdigest()[:32]


def _multipart(subtype: str, boundary: str, parts: Iterable[str]) -> tuple[str, str]:
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"'
    body = "".join(
        f"--{boundary}\r\n{part.removesuffix(chr(10)).removesuffix(chr(13))}\r\n" for part in parts
    )
    return head, f"{body}--{boundary}--\r\n"


def _block(head: str, body: str) -> str:
    return f"{head}\r\n\r\n{body}"


def _joined(lines: list[str], body: tuple[str, str]) -> bytes:
    return "\r\n".join([*lines, body[0], "", body[1]]).encode("utf-8")

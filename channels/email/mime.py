"""A mail taken apart: its parts, as a tree, found by their boundaries.

Our own and not `email.parser`'s: this one never recurses, copies no body, and stops at the caps,
so what a mail can cost is known beforehand. Where a mail is broken it keeps the text.
"""

import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from channels.email.headers import Headers, from_base64, parameters, read_headers
from channels.errors import TooLarge, Unreadable

MOST_BYTES = 36 * 1024 * 1024
_DEEPEST = 20
_MOST_PARTS = 300
# Lines that begin like a boundary and are none.
_MOST_NEAR_MISSES = 10_000
_LONGEST_BOUNDARY = 250


@dataclass(slots=True)
class Part:
    """One part. `start` and `end` are where its body stands in the whole mail."""

    raw: bytes = field(repr=False)
    start: int
    end: int
    headers: Headers
    media_type: str
    parameters: Mapping[str, str]
    disposition: str
    disposition_parameters: Mapping[str, str]
    depth: int
    children: list["Part"] = field(default_factory=list)

    def data(self) -> bytes:
        """The body without its transfer encoding."""
        body = self.raw[self.start : self.end]
        encoding = (self.headers.plain("content-transfer-encoding") or "").lower()
        try:
            if encoding.startswith("base64"):
                return from_base64(body)
            if encoding.startswith("quoted-printable"):
                return binascii.a2b_qp(body)
            if encoding in ("x-uuencode", "uuencode", "x-uue"):
                return _from_uu(body)
        except (binascii.Error, ValueError):
            pass
        return body

    def walk(self) -> Iterator["Part"]:
        """This one and all below it, in the order of the mail."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


def take_apart(raw: bytes) -> Part:
    """The mail's tree. Raises TooLarge, and Unreadable past the caps of depth and count."""
    if len(raw) > MOST_BYTES:
        raise TooLarge(f"The mail is larger than {MOST_BYTES // 1024 // 1024} MB.")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    root = _part(raw, 0, len(raw), depth=0, fallback="text/plain")
    waiting, count = [root], 1
    while waiting:
        part = waiting.pop()
        part.children.extend(_children(part))
        count += len(part.children)
        if count > _MOST_PARTS:
            raise Unreadable(f"The mail has more than {_MOST_PARTS} parts.")
        if part.children and part.depth >= _DEEPEST:
            raise Unreadable(f"The mail is nested more than {_DEEPEST} deep.")
        waiting.extend(part.children)
    return root


def _part(raw: bytes, start: int, end: int, *, depth: int, fallback: str) -> Part:
    headers, body = read_headers(raw, start, end)
    media_type, given = parameters(headers.raw("content-type"))
    disposition, about = parameters(headers.raw("content-disposition"))
    if media_type.count("/") != 1 or not all(media_type.split("/")):
        media_type = "text/plain" if media_type.startswith("text") else fallback
    return Part(raw, body, end, headers, media_type, given, disposition, about, depth)


def _children(part: Part) -> list[Part]:
    """The parts of a multipart; none where nothing of it can be found: then it is a text."""
    if not part.media_type.startswith("multipart/"):
        return []
    boundary = part.parameters.get("boundary", "").rstrip()
    encoded = boundary.encode("utf-8", "surrogateescape")
    if not boundary or len(encoded) > _LONGEST_BOUNDARY:
        return []
    fallback = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    return [
        _part(part.raw, start, end, depth=part.depth + 1, fallback=fallback)
        for start, end in _between(part.raw, part.start, part.end, b"--" + encoded)
    ]


def _between(raw: bytes, start: int, end: int, marker: bytes) -> list[tuple[int, int]]:
    """Where the parts between those markers stand; the last one may lack its end."""
    found: list[tuple[int, int]] = []
    opened: int | None = None
    for at, after, closes in _markers(raw, start, end, marker):
        if opened is not None:
            found.append((opened, _without_line_end(raw, opened, at)))
            if len(found) > _MOST_PARTS:
                break
        opened = None if closes else after
        if closes:
            break
    if opened is not None and opened < end:
        found.append((opened, end))
    return found


def _markers(raw: bytes, start: int, end: int, marker: bytes) -> Iterator[tuple[int, int, bool]]:
    """Each marker on a line of its own: where it stands, where its line ends, whether it closes."""
    position = start
    for _ in range(_MOST_NEAR_MISSES):
        at = raw.find(marker, position, end)
        if at < 0:
            return
        after = at + len(marker)
        position = after
        if at != start and raw[at - 1] != 0x0A:
            continue
        line_end = raw.find(b"\n", after, end)
        line_end = end if line_end < 0 else line_end
        rest = raw[after : min(line_end, after + 80)].strip(b" \t\r")
        if rest in (b"", b"--"):
            yield at, min(line_end + 1, end), rest == b"--"
    raise Unreadable("The mail has more boundaries than any that we read.")


def _without_line_end(raw: bytes, start: int, at: int) -> int:
    """The line end before a marker belongs to the marker (RFC 2046, 5.1.1)."""
    for line_end in (b"\r\n", b"\n"):
        if at - len(line_end) >= start and raw[at - len(line_end) : at] == line_end:
            return at - len(line_end)
    return max(start, at)


def _from_uu(body: bytes) -> bytes:
    decoded = []
    for line in body.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some write one character more than a line has; the first tells how many it has.
            needed = (((line[0] - 32) & 63) * 4 + 5) // 3
            decoded.append(binascii.a2b_uu(line[:needed]))
    return b"".join(decoded)

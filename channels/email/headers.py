"""A mail's headers: their texts, encoded words, parameters. Nothing in them is believed."""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from channels.email.charsets import decode, tidy
from channels.errors import Unreadable

_MOST_BYTES = 256 * 1024
_MOST_LINES = 2000
_MOST_ENCODED_WORDS = 2000
_MOST_PARAMETERS = 60
_MOST_PIECES = 1000

_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
# RFC 2047, with the spaces that some mailers leave inside, and RFC 2231's language.
_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]+\?[bBqQ]\?)")
_PARAMETER = re.compile(
    r"\s*([^\s=;\"]{1,60})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;]*))[^;]*(?:;|$)", re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)")
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


@dataclass(frozen=True, slots=True)
class Headers:
    """Headers in their order, names in lower case, values unfolded and otherwise as they came."""

    fields: tuple[tuple[str, bytes], ...]
    language: str | None = None

    def raw(self, name: str) -> bytes | None:
        """The first header of that name."""
        return next((value for key, value in self.fields if key == name), None)

    def all_raw(self, name: str) -> list[bytes]:
        """All headers of that name, the topmost first."""
        return [value for key, value in self.fields if key == name]

    def all_plain(self, name: str) -> list[str]:
        """The texts of all headers of that name, with encoded words left as they are."""
        return [tidy(decode(value, None, self.language)).strip() for value in self.all_raw(name)]

    def plain(self, name: str) -> str | None:
        """The first one's text with encoded words left as they are, None where there is none."""
        value = self.raw(name)
        return None if value is None else tidy(decode(value, None, self.language)).strip()

    def text(self, name: str) -> str | None:
        """The first one's text on one line, encoded words decoded, None where there is none."""
        value = self.plain(name)
        return None if value is None else one_line(decode_words(value, self.language))


def read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The headers there, and where the body begins. Raises Unreadable past the caps."""
    fields: list[tuple[str, bytes]] = []
    position = start
    if raw.startswith((b"From ", b">From "), start, end):
        position = _next_line(raw, start, end)
    lines = words = 0
    while position < end:
        after = _next_line(raw, position, end)
        line = raw[position:after].rstrip(b"\r\n")
        lines += 1
        words += line.count(b"=?")
        if after - start > _MOST_BYTES or lines > _MOST_LINES or words > _MOST_ENCODED_WORDS:
            raise Unreadable("The mail's headers are longer than any that we read.")
        if not line.strip(b" \t") and not (line and fields):
            return Headers(tuple(fields)), after
        named = _NAME.match(line)
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] = (fields[-1][0], fields[-1][1] + b" " + line.strip(b" \t"))
        elif named is not None:
            fields.append((named.group(1).decode("ascii").lower(), line[named.end() :].strip()))
        elif line.strip():
            # The blank line is missing: the body begins here.
            return Headers(tuple(fields)), position
        position = after
    return Headers(tuple(fields)), end


def decode_words(text: str, language: str | None = None) -> str:
    """The text with RFC 2047's encoded words decoded; neighbours of one charset as one."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    waiting, charset, end = b"", "", 0
    joined = _BETWEEN_WORDS.sub(r"\1", text)
    for found in _WORD.finditer(joined):
        if found.start() != end or found.group(1).lower() != charset:
            pieces += (decode(waiting, charset, language), joined[end : found.start()])
            waiting, charset = b"", found.group(1).lower()
        waiting += _bytes_of_word(found.group(2), found.group(3))
        end = found.end()
    pieces += (decode(waiting, charset, language), joined[end:])
    return tidy("".join(pieces))


def one_line(text: str) -> str:
    """The text on one line, without runs of spaces."""
    return " ".join(text.split())


def parameters(value: bytes | None, language: str | None = None) -> tuple[str, Mapping[str, str]]:
    """The token before the first `;` in lower case, and the parameters (RFC 2045, 2231).

    Names of parameters are in lower case; continued and encoded ones are put together.
    """
    if not value:
        return "", {}
    text = decode(value, None, language)
    token, _, rest = text.partition(";")
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for name, given in _given(rest):
        split = _SECTION.fullmatch(name.lower())
        if split is not None:
            number = int(split.group(2) or 0)
            is_encoded = split.group(3) is not None
            sections.setdefault(split.group(1), []).append((number, is_encoded, given))
    read = {name: _put_together(parts, language) for name, parts in sections.items()}
    return one_line(token).lower(), read


def _given(rest: str) -> Iterator[tuple[str, str]]:
    position = 0
    for _ in range(_MOST_PARAMETERS):
        found = _PARAMETER.match(rest, position)
        if found is None:
            semicolon = rest.find(";", position)
            if semicolon < 0:
                return
            position = semicolon + 1
            continue
        position = found.end()
        quoted = found.group(2)
        yield (
            found.group(1),
            found.group(3).strip() if quoted is None else _ESCAPED.sub(r"\1", quoted),
        )


def _put_together(parts: list[tuple[int, bool, str]], language: str | None) -> str:
    if not any(is_encoded for _, is_encoded, _ in parts):
        return tidy(decode_words("".join(given for _, _, given in sorted(parts)), language))
    charset, data = "", b""
    for place, (_, is_encoded, given) in enumerate(sorted(parts)):
        text = given
        if is_encoded and place == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        as_bytes = text.encode("utf-8", "replace")
        data += unquote_to_bytes(as_bytes) if is_encoded else as_bytes
    return tidy(decode(data, charset or None, language))


def _bytes_of_word(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    try:
        if encoding in "qQ":
            return binascii.a2b_qp(raw, header=True)
        return from_base64(raw)
    except (binascii.Error, ValueError):
        return raw


def from_base64(data: bytes) -> bytes:
    """What base64 says, with what doesn't belong left out and a missing end made up for."""
    first = data.find(b"=")
    if first >= 0 and data[first:].strip(b"= \t\r\n"):
        # Several were put one after the other, each with its own end.
        pieces = re.split(rb"=+", data, maxsplit=_MOST_PIECES)
        return b"".join(from_base64(piece.replace(b"=", b"")) for piece in pieces)
    for padding in (b"", b"=", b"=="):
        try:
            return binascii.a2b_base64(data + padding)
        except binascii.Error:
            continue
    # One character too many: its bits are no byte.
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    return binascii.a2b_base64(kept[: len(kept) // 4 * 4])


def _next_line(raw: bytes, position: int, end: int) -> int:
    found = raw.find(b"\n", position, end)
    return end if found < 0 else found + 1

"""What of a mail's parts is its text, its HTML and its files."""

import html as entities
import re
from collections.abc import Iterable
from dataclasses import dataclass

from channels.email.charsets import decode, tidy
from channels.email.files import clean_name, made_file
from channels.email.html import is_too_tangled, sanitise, without_tags
from channels.email.mime import Part
from channels.errors import Unreadable
from channels.records import File

_MOST_FILES = 100
_MOST_HTML = 4 * 1024 * 1024
_MOST_TEXT = 4 * 1024 * 1024
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)


@dataclass(frozen=True, slots=True)
class Body:
    """`text` is never None; `html` is sanitised. `blocked` counts pictures that aren't loaded."""

    text: str
    html: str | None
    files: tuple[File, ...]
    blocked: int


@dataclass(slots=True)
class _Piece:
    text: str | None = None
    html: str | None = None


class _Gathering:
    def __init__(self, language: str | None) -> None:
        self.language = language
        self.files: list[File] = []

    def of(self, part: Part) -> _Piece:
        """The text and HTML of a part; its files are put aside."""
        if part.children:
            pieces = [self.of(child) for child in part.children]
            if part.media_type == "multipart/alternative":
                return _alternatives(pieces)
            return _in_a_row(pieces)
        kind = _text_kind(part)
        if kind is None:
            self._keep(part)
            return _Piece()
        data = part.data()
        if len(data) > (_MOST_HTML if kind == "html" else _MOST_TEXT):
            self._keep(part)
            return _Piece()
        text = _decoded(part, data, kind, self.language)
        return _Piece(html=text) if kind == "html" else _Piece(text=text)

    def _keep(self, part: Part) -> None:
        if len(self.files) >= _MOST_FILES:
            raise Unreadable(f"The mail has more than {_MOST_FILES} files.")
        name = part.disposition_parameters.get("filename") or part.parameters.get("name")
        content_id = (part.headers.plain("content-id") or "").strip("<> \t")[:250]
        is_inline = bool(content_id) and part.disposition != "attachment"
        data = part.data()
        file = made_file(
            name or _name_by_type(part),
            part.media_type,
            data,
            content_id=content_id or None,
            is_inline=is_inline,
        )
        self.files.append(file)


def gather(root: Part, language: str | None = None) -> Body:
    """The body of a mail. Raises Unreadable past the cap of files."""
    gathering = _Gathering(language)
    piece = gathering.of(root)
    text = piece.text if piece.text is not None else ""
    shown = None
    if piece.html and piece.html.strip():
        if is_too_tangled(piece.html):
            # Nothing of it is lost: its text is there, without layout.
            text = text if text.strip() else without_tags(piece.html)
        else:
            shown = sanitise(piece.html)
    if not text.strip() and shown is not None:
        text = shown.text
    html = shown.html if shown is not None and shown.html.strip() else None
    return Body(text, html, tuple(gathering.files), shown.blocked if shown else 0)


def _text_kind(part: Part) -> str | None:
    """`text` or `html` for what is shown, None for a file."""
    if part.disposition == "attachment" or "filename" in part.disposition_parameters:
        return None
    if part.media_type in ("text/html", "application/xhtml+xml"):
        return None if _is_named(part, (".html", ".htm")) else "html"
    if part.media_type == "text/plain" or part.media_type.startswith("multipart/"):
        return None if _is_named(part, ()) else "text"
    return "text" if part.media_type in ("text/enriched", "text/markdown", "text/x-amp") else None


def _is_named(part: Part, endings: tuple[str, ...]) -> bool:
    name = part.parameters.get("name", "").lower()
    return bool(name) and (not endings or name.endswith(endings))


def _decoded(part: Part, data: bytes, kind: str, language: str | None) -> str:
    charset = part.parameters.get("charset")
    if charset is None and kind == "html":
        found = _META_CHARSET.search(data[:4096])
        charset = found.group(1).decode("ascii") if found else None
    text = tidy(decode(data, charset, language))
    if kind == "text" and part.parameters.get("format", "").lower() == "flowed":
        return unflow(text, deletes=part.parameters.get("delsp", "").lower() == "yes")
    return text


def unflow(text: str, *, deletes: bool = False) -> str:
    """Paragraphs put together again that were flowed (RFC 3676), quoted ones by their depth."""
    told: list[str] = []
    waiting: list[str] = []
    depth_before = 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if waiting and (depth != depth_before or content == "-- "):
            told.append(_quoted("".join(waiting), depth_before))
            waiting = []
        if content.endswith(" ") and content != "-- ":
            waiting.append(content[:-1] if deletes else content)
        else:
            told.append(_quoted("".join([*waiting, content]), depth))
            waiting = []
        depth_before = depth
    if waiting:
        told.append(_quoted("".join(waiting), depth_before))
    return "\n".join(told)


def _quoted(content: str, depth: int) -> str:
    return f"{'>' * depth} {content}" if depth else content


def _alternatives(pieces: Iterable[_Piece]) -> _Piece:
    """The first that has a text gives the text, the last that has HTML the HTML."""
    chosen = _Piece()
    for piece in pieces:
        if chosen.text is None or not chosen.text.strip():
            chosen.text = piece.text if piece.text is not None else chosen.text
        chosen.html = piece.html or chosen.html
    return chosen


def _in_a_row(pieces: list[_Piece]) -> _Piece:
    """One after the other; what has no HTML is put into it as text, and the other way round."""
    told = [piece for piece in pieces if piece.text or piece.html]
    if not any(piece.html for piece in told):
        return _Piece("\n\n".join((piece.text or "").strip("\n") for piece in told))
    htmls = [piece.html or _as_html(piece.text or "") for piece in told]
    if len(told) == 1:
        return told[0]
    texts = [piece.text or _text_of(piece.html or "") for piece in told]
    return _Piece("\n\n".join(text.strip("\n") for text in texts), "\n<hr>\n".join(htmls))


def _text_of(source: str) -> str:
    return without_tags(source) if is_too_tangled(source) else sanitise(source).text


def _as_html(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{entities.escape(text)}</div>'


def _name_by_type(part: Part) -> str | None:
    """A name for a mail within a mail: its subject."""
    if part.media_type != "message/rfc822":
        return None
    head = part.raw[part.start : min(part.end, part.start + 65536)]
    found = re.search(rb"^subject:[ \t]*([^\r\n]{1,200})", head, re.IGNORECASE | re.MULTILINE)
    subject = tidy(decode(found.group(1), None)) if found else ""
    return f"{clean_name(subject, '')[:80]}.eml" if subject and "=?" not in subject else "mail.eml"

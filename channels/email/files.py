"""A mail's files: names freed of tricks, kinds told by their bytes. Nothing is ever unpacked."""

import re
import unicodedata

from channels.records import File

MOST_BYTES = 25 * 1024 * 1024
_LONGEST_NAME = 120
_LONGEST_ENDING = 12
# Controls, format characters (direction, joiners), private use, halves: nothing of a file's name.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_RESERVED = re.compile(r"[<>:\"|?*]")

# What a file begins with, and what it then is; the first that fits.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (b"{\\rtf", "application/rtf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
)
# What a claim may make more exact: the container is what the bytes show.
_WITHIN = {
    "application/zip": ("application/vnd.openxmlformats-", "application/vnd.oasis.opendocument."),
    "application/x-ole-storage": ("application/msword", "application/vnd.ms-"),
    "text/plain": ("text/csv", "text/calendar", "text/vcard", "message/rfc822"),
    "application/pdf": (),
}
_ACTIVE = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*|<!--.{0,500}?-->\s*)*<(!doctype\s+html|html|head|body|script|svg"
    rb"|iframe|meta|!doctype\s+svg)\b",
    re.IGNORECASE | re.DOTALL,
)
_ENDINGS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/zip": ".zip",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "application/vnd.ms-tnef": ".dat",
}


def made_file(
    name: str | None, claimed: str, data: bytes, *, content_id: str | None, is_inline: bool
) -> File:
    """A file of a mail, refused where it is larger than we keep."""
    media_type = sniffed(data, claimed)
    if len(data) > MOST_BYTES:
        refused = f"larger than {MOST_BYTES // 1024 // 1024} MB"
        return File(clean_name(name, media_type), media_type, b"", len(data), refused=refused)
    return File(
        clean_name(name, media_type),
        media_type,
        data,
        len(data),
        content_id=content_id,
        is_inline=is_inline,
    )


def clean_name(name: str | None, media_type: str) -> str:
    """A name without folders, controls, direction marks or what file systems refuse."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name or ""))[-1]
    kept = "".join(
        " " if character.isspace() else character
        for character in last
        if unicodedata.category(character) not in _HIDDEN_CATEGORIES or character.isspace()
    )
    kept = " ".join(_RESERVED.sub("_", kept).split()).strip(". ")
    if not kept:
        return f"attachment{_ENDINGS.get(media_type, '')}"
    if len(kept) <= _LONGEST_NAME:
        return kept
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return kept[:_LONGEST_NAME].rstrip(". ")
    return f"{stem[: _LONGEST_NAME - len(ending) - 1].rstrip('. ')}.{ending}"


def sniffed(data: bytes, claimed: str) -> str:
    """What the bytes are. A claim counts only where it says more of the same."""
    found = _by_bytes(data)
    narrower = _WITHIN.get(found, ())
    return claimed if narrower and claimed.startswith(narrower) else found


def _by_bytes(data: bytes) -> str:
    for beginning, media_type in _BEGINNINGS:
        if data.startswith(beginning):
            return media_type
    if data[:4] == b"RIFF" and len(data) > 12:
        riff = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
        return riff.get(data[8:12], "application/octet-stream")
    if data[4:8] == b"ftyp":
        is_heif = data[8:12] in (b"heic", b"heix", b"mif1", b"avif")
        return "image/heif" if is_heif else "video/mp4"
    if data[:1] == b"\xff" and len(data) > 1 and data[1] & 0xE0 == 0xE0 and data[1] != 0xFE:
        return "audio/mpeg"
    return _as_text(data)


def _as_text(data: bytes) -> str:
    active = _ACTIVE.match(data[:4096].removeprefix(b"\xef\xbb\xbf"))
    if active is not None:
        return "image/svg+xml" if b"svg" in active.group(1).lower() else "text/html"
    sample = data[:8192]
    controls = sum(1 for byte in sample if byte < 9 or 13 < byte < 27 or byte == 127)
    if not data or not controls:
        return "text/plain"
    return "application/octet-stream"

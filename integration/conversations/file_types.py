"""What a file is by its bytes, whatever its name says."""

_BY_BEGINNING = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
# Those that are handed out as what they are; whatever else a file is goes out as bytes.
HARMLESS = frozenset("image/png image/jpeg image/gif image/webp application/pdf text/plain".split())
BYTES = "application/octet-stream"


def media_type_of(data: bytes) -> str:
    """The type of some few that are known by their first bytes; else text, or just bytes."""
    for beginning, media_type in _BY_BEGINNING:
        if data.startswith(beginning):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "text/plain" if _is_text(data) else BYTES


def _is_text(data: bytes) -> bool:
    if b"\0" in data:
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    # A page of markup is text to read and nothing to run.
    return True

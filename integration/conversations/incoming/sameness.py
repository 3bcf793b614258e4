"""When two mails are one: the same letter that came twice, or was read twice.

What its author wrote stands, what the servers on its way added doesn't: a copy by another way, or a
mailbox that gives its mails new numbers, brings the same letter again. Two letters are never one
for sharing a Message-ID: whoever knows one could have another's letter dropped.
"""

from hashlib import sha256

_AUTHORS = (b"message-id", b"date", b"from", b"to", b"subject", b"content-type")
MOST_HEADER_BYTES = 64 * 1024
_LONGEST_ID = 250


def mail_digest(raw: bytes) -> bytes:
    """What one letter is known by: the author's own headers and the body, byte by byte.

    A letter without a Message-ID is known by all of its bytes.
    """
    headers, body = split_mail(raw)
    found = _fields(headers)
    if not found.get(b"message-id"):
        return sha256(raw).digest()
    parts = [found.get(name, b"") for name in _AUTHORS]
    parts.append(sha256(body.replace(b"\r\n", b"\n")).digest())
    told = b"".join(len(part).to_bytes(8) + part for part in parts)
    return sha256(b"mail:" + told).digest()


def message_id_of(raw: bytes) -> str | None:
    """Its Message-ID without brackets, for people to find it by; None where it has none."""
    headers, _ = split_mail(raw)
    told = _fields(headers).get(b"message-id", b"").strip(b"<> ")
    text = told[:_LONGEST_ID].decode("ascii", "replace")
    return text if text.isprintable() and text else None


def split_mail(raw: bytes) -> tuple[bytes, bytes]:
    """Its headers and its body; of headers without an end the beginning is taken."""
    ends = [
        (at, len(blank))
        for blank in (b"\r\n\r\n", b"\n\n")
        if (at := raw.find(blank, 0, MOST_HEADER_BYTES)) >= 0
    ]
    if not ends:
        return raw[:MOST_HEADER_BYTES], raw[MOST_HEADER_BYTES:]
    at, length = min(ends)
    return raw[:at], raw[at + length :]


def _fields(headers: bytes) -> dict[bytes, bytes]:
    """The author's headers, unfolded; of one that comes twice all of it."""
    found: dict[bytes, bytes] = {}
    name = b""
    for line in headers.splitlines():
        if line[:1] in (b" ", b"\t"):
            if name in _AUTHORS:
                found[name] += b" " + line.strip()
            continue
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        if name in _AUTHORS:
            found[name] = found.get(name, b"") + value.strip()
    return found

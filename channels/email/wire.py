"""What goes between us and the parsing child, and back: lengths, JSON, then files' bytes.

The child reads what strangers wrote: whatever it answers is data, never something to run, and is
judged as such.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import IO, Any

from channels.email.ours import Ours
from channels.errors import TooLarge, Unreadable
from channels.records import Address, Bounce, File, Inbound, Person

_LENGTHS = struct.Struct("!IQ")
_MOST_JSON = 64 * 1024 * 1024
_MOST_BYTES = 64 * 1024 * 1024


class Broken(Exception):
    """The other side is gone, or doesn't keep to the form."""


def write(stream: IO[bytes], told: Mapping[str, Any], data: bytes) -> None:
    """Send a JSON object and bytes beside it. Raises OSError."""
    as_json = json.dumps(told).encode()
    stream.write(_LENGTHS.pack(len(as_json), len(data)) + as_json)
    stream.write(data)
    stream.flush()


def read(stream: IO[bytes]) -> tuple[Any, bytes]:
    """Receive the same. Raises Broken, also at the end of the stream."""
    json_length, data_length = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if json_length > _MOST_JSON or data_length > _MOST_BYTES:
        raise Broken
    try:
        told = json.loads(_exactly(stream, json_length))
    except ValueError as error:
        raise Broken from error
    return told, _exactly(stream, data_length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise Broken
    return data


def question(ours: Ours) -> dict[str, Any]:
    """What the child has to know beside the mail."""
    return ours.as_dict()


def told_mail(inbound: Inbound) -> tuple[dict[str, Any], bytes]:
    """A message as it is sent."""
    told = asdict(inbound)
    for file in told["files"]:
        del file["data"]
    told["sent_at"] = inbound.sent_at.isoformat() if inbound.sent_at else None
    told["lengths"] = [len(file.data) for file in inbound.files]
    return {"mail": told}, b"".join(file.data for file in inbound.files)


def told_error(error: Unreadable) -> dict[str, Any]:
    """An error as it is sent."""
    return {"error": error.code, "message": str(error)}


def heard(told: Any, data: bytes) -> Inbound:
    """The message that was sent. Raises the error that was sent, Broken for anything else."""
    try:
        if "error" in told:
            kind = TooLarge if told["error"] == TooLarge.code else Unreadable
            raise kind(str(told["message"])[:300])
        return _inbound(told["mail"], data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Broken from error


def _inbound(mail: Mapping[str, Any], data: bytes) -> Inbound:
    kept = {name: mail[name] for name in _PLAIN}
    sent_at = mail["sent_at"]
    bounce = mail["bounce"]
    return Inbound(
        person=Person(**mail["person"]),
        to=tuple(Address(**each) for each in mail["to"]),
        cc=tuple(Address(**each) for each in mail["cc"]),
        sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        references=tuple(mail["references"]),
        files=_files(mail["files"], mail["lengths"], data),
        bounce=Bounce(**bounce) if bounce else None,
        facts={str(name): str(value) for name, value in mail["facts"].items()},
        **kept,
    )


_BUILT = frozenset({"person", "to", "cc", "sent_at", "references", "files", "bounce", "facts"})
_PLAIN = tuple(each.name for each in fields(Inbound) if each.name not in _BUILT)


def _files(told: list[dict[str, Any]], lengths: list[int], data: bytes) -> tuple[File, ...]:
    files = []
    position = 0
    for each, length in zip(told, lengths, strict=True):
        files.append(File(data=data[position : position + length], **each))
        position += length
    return tuple(files)

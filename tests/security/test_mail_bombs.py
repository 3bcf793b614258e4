"""3,000 nested MIME parts, 20,000 encoded words, zip and pixel bombs: parked, the next is served.

How long each takes is held beside the reader, by the processor's own clock
(`tests/channels/email/test_parsing.py`).
"""

import base64
import io
import struct
import zipfile
import zlib

import pytest

from integration.models import Arrival, Attachment, Conversation
from tests.channels.email.test_parsing import BOMBS
from tests.security.mailed import Mailed, mailed, raw
from tests.security.untouched import packets
from tests.ui_embed.world import World

PARKED = [
    "3000 nested parts",
    "3000 mails in a mail",
    "20000 encoded words",
    "a header of a megabyte",
    "20000 headers",
    "20000 parts",
    "5000 files",
]


@pytest.fixture
def mailbox(world: World) -> Mailed:
    """A mailbox that nothing has come to."""
    return mailed(world)


@pytest.mark.parametrize("name", PARKED)
def test_mail_bombs(mailbox: Mailed, name: str) -> None:
    with packets() as sent:
        mailbox.take(BOMBS[name], raw("the next one"))
    assert sent == []
    assert mailbox.states() == ["parked", "applied"]
    [bomb, _] = mailbox.rows(Arrival)
    assert bomb.error
    [conversation] = mailbox.conversations()
    assert [each.text for each in mailbox.thread(conversation.id)] == ["the next one"]


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 100_000_000)
    return packed.getvalue()


def _pixel_bomb() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("bomb", [_zip_bomb(), _pixel_bomb()], ids=["zip", "pixels"])
def test_a_packed_bomb_stays_packed(mailbox: Mailed, bomb: bytes) -> None:
    """It is a file like any: as large as it came, never opened, and handed out to be kept."""
    body = base64.encodebytes(bomb)
    head = 'Content-Disposition: attachment; filename="bomb"\r\nContent-Transfer-Encoding: base64'
    part = f"--b\r\n\r\nhere\r\n--b\r\n{head}\r\n\r\n".encode() + body + b"\r\n--b--\r\n"
    mailbox.take(raw(part, "Content-Type: multipart/mixed; boundary=b"), raw("next", number=2))
    assert mailbox.states() == ["applied", "applied"]
    [file] = mailbox.rows(Attachment)
    assert file.size_bytes == len(bomb)
    assert len(mailbox.rows(Conversation)) in (1, 2)

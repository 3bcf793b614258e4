"""The files of messages: kept in sealed pieces, handed out piece by piece, never all at once."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from channels.records import File
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.file_types import media_type_of
from integration.conversations.records import FileView
from integration.crypto import DataKey, associated
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Attachment, AttachmentChunk, Message
from integration.privacy.ageing.data_classes import days_of
from integration.services import Services

CHUNK_BYTES = 1024 * 1024
UPLOAD_BYTES_AT_MOST = 20 * 1024 * 1024
# Of one message.
_FILES_AT_MOST = 100
_BYTES_AT_MOST = 40 * 1024 * 1024
_LONGEST_NAME = 255
_KEY_BYTES = 24
_UPLOADS_ARE_KEPT = timedelta(days=days_of("uploads"))
# So many may wait for their answer in a workspace: an upload is no place to store things.
_UPLOADS_AT_MOST = 500


def save_files(
    session: WorkspaceSession,
    key: DataKey,
    channel_id: int,
    message_id: int,
    files: Sequence[File],
    now: datetime,
) -> None:
    """Keep the files of a message that came in; of a refused one its name and why."""
    size = 0
    for file in files[:_FILES_AT_MOST]:
        refused = file.refused
        if refused is None and size + len(file.data) > _BYTES_AT_MOST:
            refused = "too_large"
        if refused is None:
            size += len(file.data)
        _save(session, key, channel_id, file, now, message_id=message_id, refused=refused)


def keep_upload(
    session: WorkspaceSession,
    keys: ChannelKeys,
    channel_id: int,
    name: str,
    data: bytes,
    *,
    by: str,
    now: datetime,
) -> FileView:
    """Keep a file for an answer that is being written. Raises NotFound, Invalid, Conflict."""
    if not data:
        raise Invalid("The file is empty.")
    if len(data) > UPLOAD_BYTES_AT_MOST:
        raise Invalid(f"A file can have {UPLOAD_BYTES_AT_MOST // 1_000_000} MB at most.")
    waiting = select(func.count(Attachment.id)).where(Attachment.message_id.is_(None))
    if session.execute(waiting).scalar_one() >= _UPLOADS_AT_MOST:
        raise Conflict("Too many files wait for their answers. Try again later.")
    key = keys.by_id(session, channel_id)
    file = File(name, media_type_of(data), data, len(data))
    row = _save(session, key, channel_id, file, now, uploaded_by=by)
    return _view(row)


def take_uploads(
    session: WorkspaceSession,
    message_id: int,
    attachment_keys: Sequence[str],
) -> None:
    """Give uploaded files to the message that they were uploaded for. Raises NotFound, Invalid."""
    wanted = list(dict.fromkeys(attachment_keys))
    if not wanted:
        return
    statement = select(Attachment).where(
        Attachment.key.in_(wanted), Attachment.message_id.is_(None)
    )
    found = {row.key: row for row in session.execute(statement.with_for_update()).scalars()}
    if len(found) != len(wanted):
        raise NotFound("A file of this answer is gone. Add it again.")
    if sum(row.size_bytes for row in found.values()) > UPLOAD_BYTES_AT_MOST:
        most = UPLOAD_BYTES_AT_MOST // 1_000_000
        raise Invalid(f"The files of an answer can have {most} MB together.")
    for row in found.values():
        row.message_id = message_id
    session.flush()


def drop_upload(session: WorkspaceSession, key: str) -> None:
    """Throw away a file that no message has. Raises NotFound."""
    statement = select(Attachment).where(Attachment.key == key, Attachment.message_id.is_(None))
    row = session.execute(statement).scalars().one_or_none()
    if row is None:
        raise NotFound("There is no such file.")
    session.delete(row)


def find_file(session: WorkspaceSession, key: str) -> Attachment:
    """A file's row. Raises NotFound, also for one that isn't kept."""
    statement = select(Attachment).where(Attachment.key == key)
    row = session.execute(statement).scalars().one_or_none()
    if row is None or row.refused is not None:
        raise NotFound("There is no such file.")
    return row


def pieces_of(services: Services, workspace_id: int, row: Attachment) -> Iterator[bytes]:
    """The bytes of a file, a piece at a time and a short look at the database for each."""
    keys = ChannelKeys(services.keyring)
    for number in range(_pieces(row.size_bytes)):
        with services.db.workspace(workspace_id) as session:
            key = keys.by_id(session, row.channel_id)
            piece = _piece(session, key, row, number)
        yield piece


def read_files(session: WorkspaceSession, keys: ChannelKeys, message_id: int) -> list[File]:
    """The files of a message, whole, as they are sent; without those that were refused."""
    statement = select(Attachment).where(
        Attachment.message_id == message_id, Attachment.refused.is_(None)
    )
    found: list[File] = []
    for row in session.execute(statement.order_by(Attachment.id)).scalars():
        key = keys.by_id(session, row.channel_id)
        numbers = range(_pieces(row.size_bytes))
        data = b"".join(_piece(session, key, row, number) for number in numbers)
        found.append(
            File(
                name=row.name,
                media_type=row.media_type,
                data=data,
                size_bytes=len(data),
                content_id=row.content_id,
                is_inline=row.is_inline,
            )
        )
    return found


def tidy_uploads(services: Services) -> int:
    """Throw away what was uploaded for answers that nobody wrote; how many."""
    before = services.now() - _UPLOADS_ARE_KEPT
    with services.db.across_workspaces(write=True) as session:
        done = session.execute(
            delete(Attachment).where(
                Attachment.message_id.is_(None), Attachment.created_at < before
            )
        )
    return int(done.rowcount)  # type: ignore[attr-defined]


def is_of_conversation(session: WorkspaceSession, row: Attachment, conversation_id: int) -> bool:
    """Whether a file stands in that conversation."""
    if row.message_id is None:
        return False
    message = session.get_one(Message, row.message_id)
    return message.conversation_id == conversation_id


def _save(
    session: WorkspaceSession,
    key: DataKey,
    channel_id: int,
    file: File,
    now: datetime,
    *,
    message_id: int | None = None,
    refused: str | None = None,
    uploaded_by: str | None = None,
) -> Attachment:
    row = Attachment(
        message_id=message_id,
        channel_id=channel_id,
        key=secrets.token_urlsafe(_KEY_BYTES),
        name=_name(file.name),
        media_type=file.media_type,
        size_bytes=file.size_bytes if refused else len(file.data),
        content_id=file.content_id,
        is_inline=file.is_inline,
        refused=refused,
        uploaded_by=uploaded_by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    if refused is None:
        for number in range(_pieces(len(file.data))):
            piece = file.data[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES]
            sealed = key.seal(piece, _about(row, number))
            chunk = {"attachment_id": row.id, "number": number, "sealed_bytes": sealed}
            session.insert_rows(AttachmentChunk, [chunk])
    return row


def _piece(session: WorkspaceSession, key: DataKey, row: Attachment, number: int) -> bytes:
    statement = select(AttachmentChunk.sealed_bytes).where(
        AttachmentChunk.attachment_id == row.id, AttachmentChunk.number == number
    )
    return key.open(session.execute(statement).scalar_one(), _about(row, number))


def _about(row: Attachment, number: int) -> bytes:
    return associated("attachment_chunks", row.key, number)


def _pieces(size_bytes: int) -> int:
    return -(-size_bytes // CHUNK_BYTES)


def _name(name: str) -> str:
    """A file's name as it is kept: on one line, without a folder or a trick, not too long."""
    line = " ".join(name.split()).replace("\\", "/").rpartition("/")[2]
    # What isn't printed (direction marks, controls, halves) would show another name.
    kept = "".join(each for each in line if each.isprintable()).strip()
    if len(kept) > _LONGEST_NAME:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{(stem or ending)[:200]}{dot}{ending[:20]}"
    return kept or "file"


def _view(row: Attachment) -> FileView:
    return FileView(
        key=row.key,
        name=row.name,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        is_inline=row.is_inline,
        content_id=row.content_id,
        refused=row.refused,
    )

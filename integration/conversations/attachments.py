"""The files of messages."""

from collections.abc import Sequence
from datetime import datetime

from channels.records import File
from integration.conversations.channel_keys import ChannelKeys
from integration.crypto import DataKey
from integration.db import WorkspaceSession


def save_files(
    session: WorkspaceSession,
    key: DataKey,
    channel_id: int,
    message_id: int,
    files: Sequence[File],
    now: datetime,
) -> None:
    """Keep the files of a message that came in."""


def take_uploads(
    session: WorkspaceSession,
    message_id: int,
    channel_id: int,
    attachment_keys: Sequence[str],
    keys: ChannelKeys,
) -> None:
    """Give uploaded files to the message that they were uploaded for. Raises NotFound."""

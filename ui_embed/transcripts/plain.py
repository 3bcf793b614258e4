"""A transcript as plain text: what is mailed to a customer."""

from integration.conversations.transcripts import Line, Transcript
from integration.models.vocabulary import MessageKind
from ui_embed.formats import Formats
from ui_embed.texts import gettext

_RULE = "-" * 40
_FOR_CUSTOMERS = (MessageKind.CUSTOMER, MessageKind.ANSWER, MessageKind.AUTOMATIC)


def plain_text(transcript: Transcript, formats: Formats) -> str:
    """What the customer wrote and was told, never a note."""
    blocks = [
        f"{_RULE}\n{_head(line, formats)}\n\n{_said(line)}"
        for line in transcript.lines
        if line.message.kind in _FOR_CUSTOMERS
    ]
    return "\n\n".join(blocks)


def _head(line: Line, formats: Formats) -> str:
    said_at = formats.exact(line.message.sent_at or line.message.created_at)
    if line.message.kind == MessageKind.CUSTOMER:
        who = gettext("You")
    else:
        who = line.author or gettext("Automatic")
    return f"{who} · {said_at}"


def _said(line: Line) -> str:
    files = [file.name for file in line.message.files]
    named = gettext("Files: %(names)s", names=", ".join(files)) if files else ""
    return "\n".join(filter(None, (line.message.text.strip(), named)))

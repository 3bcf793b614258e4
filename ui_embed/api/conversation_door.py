"""What the API and the report of conversations bring to the people's door."""

from ui_embed.api.attachments import api_attachments
from ui_embed.api.canned import api_canned
from ui_embed.api.conversation_changes import api_changes
from ui_embed.api.conversation_messages import api_messages
from ui_embed.api.conversation_parts import api_parts
from ui_embed.api.conversations import api_conversations
from ui_embed.api.reports import api_reports
from ui_embed.reports.pages import reports
from ui_embed.transcripts.pages import transcripts

CONVERSATION_API = (
    api_conversations,
    api_changes,
    api_messages,
    api_parts,
    api_canned,
    api_attachments,
    api_reports,
)
CONVERSATION_PAGES = (reports, transcripts)

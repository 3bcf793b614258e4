"""What the pages of privacy register."""

from ui_embed.privacy.pages import privacy_pages
from ui_embed.privacy.person_pages import person_privacy
from ui_embed.privacy.receipt_pages import privacy_receipts
from ui_embed.privacy.request_pages import privacy_requests
from ui_embed.privacy.retention_pages import privacy_retention

PRIVACY = (
    privacy_pages,
    person_privacy,
    privacy_requests,
    privacy_receipts,
    privacy_retention,
)

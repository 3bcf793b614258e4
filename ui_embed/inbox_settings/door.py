"""What the settings of the inbox register with the people's door."""

from ui_embed.inbox_settings.channel_pages import channel_pages
from ui_embed.inbox_settings.overview import overview_pages

INBOX_SETTINGS = (overview_pages, channel_pages)

"""What the settings of the inbox register with the people's door."""

from ui_embed.inbox_settings.answer_pages import answer_pages
from ui_embed.inbox_settings.arrival_pages import arrival_pages
from ui_embed.inbox_settings.automatic_pages import automatic_pages
from ui_embed.inbox_settings.channel_pages import channel_pages
from ui_embed.inbox_settings.hours_pages import hours_pages
from ui_embed.inbox_settings.notebook_pages import notebook_pages
from ui_embed.inbox_settings.overview import overview_pages
from ui_embed.inbox_settings.reason_pages import reason_pages
from ui_embed.inbox_settings.rule_pages import rule_pages
from ui_embed.inbox_settings.target_pages import target_pages
from ui_embed.talks.pages import talk_pages

INBOX_SETTINGS = (
    overview_pages,
    channel_pages,
    arrival_pages,
    answer_pages,
    rule_pages,
    hours_pages,
    target_pages,
    automatic_pages,
    reason_pages,
    notebook_pages,
    talk_pages,
)

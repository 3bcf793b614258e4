"""What the pages of agents register."""

from flask import Flask

from integration.services import Services
from ui_embed.agents.agent_pages import agent_pages
from ui_embed.agents.invitation_pages import invitations
from ui_embed.agents.own_pages import own_pages
from ui_embed.agents.own_way_pages import own_ways
from ui_embed.agents.provider import PROVIDER, new_provider
from ui_embed.agents.sign_in_pages import sign_in
from ui_embed.agents.sign_out_pages import sign_out_pages

AGENTS = (sign_in, invitations, own_pages, own_ways, agent_pages, sign_out_pages)


def prepare_sign_in(app: Flask) -> None:
    """The provider that the operator named, once for the process."""
    parts: Services = app.extensions["services"]
    app.extensions[PROVIDER] = new_provider(parts.settings, parts.http, parts.now)

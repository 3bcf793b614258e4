"""What the storefront's door registers."""

from flask import Flask

from integration.chat.limits import Limits
from integration.chat.places import Places
from integration.doors import House
from integration.services import Services
from ui_embed.widget.chat_routes import chat_routes
from ui_embed.widget.file_routes import file_routes
from ui_embed.widget.form_pages import form_pages
from ui_embed.widget.form_routes import form_routes
from ui_embed.widget.gate import LIMITS, PLACES
from ui_embed.widget.live import PATH, create_live
from ui_embed.widget.proxy_pages import store_proxy
from ui_embed.widget.script import widget_script


def register(house: House) -> None:
    """The script, the routes of chat and form, and the visitors' live stream before Flask."""
    for blueprint in (
        widget_script,
        chat_routes,
        file_routes,
        form_routes,
        form_pages,
        store_proxy,
    ):
        house.blueprints.append(blueprint)
    house.mounted[PATH] = create_live


def prepare(app: Flask) -> None:
    """What the routes need: whose chats there are, and how much is asked of us."""
    services: Services = app.extensions["services"]
    app.extensions[PLACES] = Places(services)
    app.extensions[LIMITS] = Limits(services.settings.redis_url)

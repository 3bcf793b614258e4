"""The demo's chats: they stand on the stand-in stores' pages, beside what is bought there."""

from integration.conversations.channels.setup import channel_token, create_channel
from integration.crm.stores import list_stores, workspace_of
from integration.demo.walk import Walk
from integration.demo.world import SHOP


def open_chat(walk: Walk) -> str:
    """Set a chat up for the site and one for the shop, and put each into its pages, as the plugin
    and the theme's app embed do; the site's code."""
    app_origin = walk.world.app_origin
    embed = {"shop": SHOP, "address": app_origin, "channel": _chat_of(walk, SHOP)}
    walk.shops.ask("chat", embed)
    code = _chat_of(walk, walk.world.site_origin)
    walk.site.do("chat", code=code)
    return code


def _chat_of(walk: Walk, domain: str) -> str:
    services = walk.services
    store = next(each for each in list_stores(services) if each.domain == domain)
    workspace_id = workspace_of(services, int(store.id))
    given = {"invites": False, "keeps_hours": False}
    card = create_channel(
        services, workspace_id, "chat", "Chat", given, by="operator", store_id=int(store.id)
    )
    return channel_token(services, workspace_id, int(card.id))

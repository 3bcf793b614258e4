"""The demo's chat: it stands on the stand-in site's storefront, beside what is bought there."""

from integration.conversations.channel_setup import channel_token, create_channel
from integration.crm.stores import list_stores, workspace_of
from integration.demo.walk import Walk


def open_chat(walk: Walk) -> str:
    """Set a chat up for the site and put it into its storefront, as the plugin does; its code."""
    services, origin = walk.services, walk.world.site_origin
    store = next(each for each in list_stores(services) if each.domain == origin)
    workspace_id = workspace_of(services, int(store.id))
    given = {"invites": False, "keeps_hours": False}
    card = create_channel(
        services, workspace_id, "chat", "Chat", given, by="operator", store_id=int(store.id)
    )
    code = channel_token(services, workspace_id, int(card.id))
    walk.site.do("chat", code=code)
    return code

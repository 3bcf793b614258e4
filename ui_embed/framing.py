"""Frames in a store's admin whose page hands over tickets: the empty document that they begin with.

It holds no data, so that it needs no proof: its script gets the proof and asks with it.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, g, render_template, url_for

from integration.directory import StoreCard, find_store
from integration.services import Services
from platforms.port import HostDocument, StorePlatform
from ui_embed.policy import PagePolicy, use_policy
from ui_embed.signed_in import CONNECTED

STORE_PARAMETER = "store"
# A meta of the document names the parent's origins to its script.
_PARENT = "tillside-parent"
_LONGEST_NAME = 320


@dataclass(frozen=True, slots=True)
class TicketHost:
    """The admin of a store by its canonical name, which hands tickets from these origins.

    `store` is None for one that we don't know or that isn't connected.
    """

    platform: StorePlatform
    domain: str
    origins: tuple[str, ...]
    store: StoreCard | None


def ticket_host(parts: Services, name: str) -> TicketHost | None:
    """The host whose store has that name, None where no platform hands tickets for such a name."""
    if not name or len(name) > _LONGEST_NAME:
        return None
    for slug, platform in parts.platforms.items():
        origins = platform.host.document(name).ticket_origins
        if origins:
            place = find_store(parts, slug, name)
            known = place.store if place and place.store.status in CONNECTED else None
            return TicketHost(platform, name, origins, known)
    return None


def shell(host: TicketHost) -> Response:
    """The empty document, which may stand in that store's admin and nowhere else.

    For a store that isn't connected: a page that says so and leads to connecting it. Whoever asks
    could name any origin there, so it holds nothing but that.
    """
    use_policy(PagePolicy(frame_ancestors=host.origins, image_origins=host.origins))
    if host.store is None:
        address = url_for("connect.ask", slug=host.platform.slug)
        query = urlencode({"store_url": host.domain})
        page = render_template("screens/detached.html", connect_url=f"{address}?{query}")
        return Response(page, 404)
    g.host_document = HostDocument(metas=((_PARENT, " ".join(host.origins)),))
    app_url = host.platform.host.app_url(host.domain)
    return Response(render_template("screens/shell.html", app_url=app_url, section=None))

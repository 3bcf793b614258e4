"""The settings pages: the stores of the workspace, and a code by which one more joins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template

from integration.crm.records import Freshness
from integration.crm.stores import StoreView, list_stores
from integration.install.joining import new_join_code
from integration.models.vocabulary import StoreStatus
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.freshness import backfill_percent, freshness_of
from ui_embed.request_context import caller, services
from ui_embed.texts import gettext
from ui_embed.words import Status

settings = Blueprint("settings", __name__)


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store as its card shows it; `install_url` where the merchant has to connect it again."""

    id: str
    name: str
    domain: str
    status: str
    connected_at: datetime | None
    error: str | None
    freshness: Freshness
    percent: int | None
    install_url: str | None


@settings.get("/settings/stores")
@staff_page
def stores() -> Any:
    """Each store with its state, its freshness, and what to do where it isn't well."""
    rows = [_row(store) for store in list_stores(services(), caller().workspace_id)]
    return screens.page(
        "screens/stores.html", stores=rows, store_status=store_status, section="stores"
    )


@settings.post("/settings/stores/join-code")
@staff_page
def join_code() -> Response:
    """A fresh code, shown once, with the addresses that take it."""
    code = new_join_code(services(), caller().workspace_id)
    base = services().settings.app_url.rstrip("/")
    addresses = [f"{base}/{slug}/install?join={code}&shop=" for slug in services().platforms]
    return Response(render_template("screens/join_code.html", code=code, addresses=addresses))


def store_status(store: StoreRow) -> Status:
    """How a store is connected, in a word."""
    if store.status == StoreStatus.ACTIVE and store.error:
        return Status(gettext("doesn't answer"), "warn", "alert")
    return {
        str(StoreStatus.ACTIVE): Status(gettext("connected"), "good", "check"),
        str(StoreStatus.PENDING): Status(gettext("being connected"), "info", "clock"),
        str(StoreStatus.REAUTHORIZE): Status(gettext("access ended"), "warn", "lock"),
    }.get(store.status, Status(gettext("disconnected"), "plain", "plug"))


def _row(store: StoreView) -> StoreRow:
    freshness = freshness_of(store)
    is_well = store.status in (StoreStatus.ACTIVE, StoreStatus.PENDING)
    return StoreRow(
        id=store.id,
        name=store.name,
        domain=store.domain,
        status=store.status,
        connected_at=store.connected_at,
        error=store.error,
        freshness=freshness,
        percent=backfill_percent(freshness),
        install_url=None if is_well else screens.install_url(store.platform, store.domain),
    )

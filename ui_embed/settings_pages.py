"""The settings pages: the stores of the workspace, how one more joins, how one leaves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for

from integration.crm.records import Freshness
from integration.crm.stores import StoreView, list_stores
from integration.errors import AppError, NotFound
from integration.install.joining import new_join_code
from integration.install.uninstall import disconnect as disconnect_store
from integration.models.vocabulary import StoreStatus
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.freshness import backfill_percent, freshness_of
from ui_embed.request_context import caller, services
from ui_embed.signed_in import CONNECTED
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
    why: str | None
    may_disconnect: bool


@dataclass(frozen=True, slots=True)
class WayIn:
    """How one more store of a platform comes: an address, which a name is added to or not."""

    platform: str
    address: str
    takes_name: bool


@settings.get("/settings/stores")
@staff_page
def stores() -> Any:
    """Each store with its state, its freshness, and what to do where it isn't well."""
    rows = [_row(store) for store in list_stores(services(), caller().workspace_id)]
    direct = [each for each in _ways_in() if not each.takes_name] if caller().by_cookie else []
    return screens.page(
        "screens/stores.html",
        stores=rows,
        store_status=store_status,
        ways_in=direct,
        may_add_stores=caller().may_add_stores,
        section="stores",
    )


@settings.post("/settings/stores/join-code")
@staff_page
def join_code() -> Response:
    """A fresh code, shown once, with the addresses that take it."""
    if not caller().may_add_stores:
        raise AppError("Only the owner can do this.", code="forbidden", status=403)
    code = new_join_code(services(), caller().workspace_id, by=caller().actor)
    ways_in = _ways_in(code)
    return Response(render_template("screens/join_code.html", code=code, ways_in=ways_in))


@settings.post("/settings/stores/<store_id>/disconnect")
@staff_page
def disconnect(store_id: str) -> Response:
    """End a store's connection, for the workspace's owner. Its copy stays, its keys go."""
    who = caller()
    if not who.is_owner:
        raise AppError("Only the owner can do this.", code="forbidden", status=403)
    stores = list_stores(services(), who.workspace_id)
    if store_id not in {store.id for store in stores}:
        raise NotFound("There is no such store.")
    disconnect_store(services(), who.workspace_id, int(store_id), by=who.actor)
    response = redirect(url_for("settings.stores"), 303)
    assert isinstance(response, Response)
    return response


def store_status(store: StoreRow | StoreView) -> Status:
    """How a store is connected, in a word."""
    if store.status == StoreStatus.ACTIVE and store.error:
        return Status(gettext("doesn't answer"), "warn", "alert")
    return {
        str(StoreStatus.ACTIVE): Status(gettext("connected"), "good", "check"),
        str(StoreStatus.PENDING): Status(gettext("being connected"), "info", "clock"),
        str(StoreStatus.REAUTHORIZE): Status(gettext("access ended"), "warn", "lock"),
    }.get(store.status, Status(gettext("disconnected"), "plain", "plug"))


def _ways_in(code: str | None = None) -> list[WayIn]:
    """Where a store of each platform is connected, with a code or by who is signed in."""
    base = services().settings.app_url.rstrip("/")
    return [
        WayIn(platform.name, f"{base}{url_for('connect.ask', slug=slug, join=code)}", False)
        if platform.handover is not None
        else WayIn(platform.name, f"{base}/{slug}/install?join={code}&shop=", True)
        for slug, platform in services().platforms.items()
    ]


def why_ended(store: StoreView) -> str | None:
    """Why a store isn't connected any more, in a sentence."""
    if store.status == StoreStatus.REAUTHORIZE:
        return gettext("The store no longer accepts our keys. What came before stays.")
    if store.status != StoreStatus.DISCONNECTED:
        return None
    if store.status_reason == "disconnected":
        return gettext("It was disconnected here. Its keys are destroyed.")
    return gettext("Tillside was removed in the store. Its keys are destroyed.")


def _row(store: StoreView) -> StoreRow:
    freshness = freshness_of(store)
    is_well = store.status in (StoreStatus.ACTIVE, StoreStatus.PENDING)
    is_connected = store.status in CONNECTED
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
        why=why_ended(store),
        may_disconnect=caller().is_owner and caller().by_cookie and is_connected,
    )

"""Errors as pages: what happened, what it means, what to do."""

from dataclasses import dataclass
from typing import Literal

import structlog
from flask import Blueprint, Response, g
from werkzeug.exceptions import HTTPException

from integration.directory import StoreCard
from integration.errors import AppError, NotInstalled, Unauthorized
from platforms.errors import InstallRefused, PlatformError, SessionRefused
from ui_embed import screens
from ui_embed.policy import STANDALONE, use_policy
from ui_embed.signed_in import SignedIn
from ui_embed.texts import gettext

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands on the page."""

    icon: str
    title: str
    text: str
    hint: str | None = None
    tone: Literal["", "warn", "bad"] = "warn"
    action: str | None = None
    action_url: str | None = None
    leaves: bool = False
    may_sign_out: bool = False


def register(blueprint: Blueprint) -> None:
    """Have this blueprint's errors answered as pages."""
    blueprint.register_error_handler(AppError, _ours)
    blueprint.register_error_handler(PlatformError, _theirs)
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(Exception, _unexpected)


def _ours(error: AppError) -> Response:
    if isinstance(error, NotInstalled):
        return _refused(_uninstalled(), 401)
    if isinstance(error, Unauthorized):
        return _refused(_session_ended(), 401)
    if error.status in (403, 404, 429):
        known = {403: _no_permission, 404: _no_page, 429: _too_often}
        return _refused(known[error.status](), error.status)
    if error.code == "invalid_join_code":
        return _refused(_bad_code(), error.status)
    return _refused(_not_understood(), error.status)


def _theirs(error: PlatformError) -> Response:
    if isinstance(error, InstallRefused):
        return _refused(_install_refused(), 400)
    if isinstance(error, SessionRefused):
        return _refused(_session_ended(), 401)
    log.warning("page.store_failed", code=error.code)
    return _refused(_store_failed(), 502)


def _http(error: HTTPException) -> Response:
    if error.code == 404:
        return _refused(_no_page(), 404)
    return _refused(_not_understood(), error.code or 400)


def _unexpected(error: Exception) -> Response:
    log.error("page.failed", error=type(error).__name__, exc_info=error)
    return _refused(_broken(), 500)


def _refused(trouble: Trouble, status: int) -> Response:
    if "page_policy" not in g:
        use_policy(STANDALONE)
    has_bar = "caller" in g
    return screens.page(
        "screens/trouble.html", status, trouble=trouble, has_bar=has_bar, section=None
    )


def _uninstalled() -> Trouble:
    who: SignedIn | None = g.get("signed_in")
    if who is not None:
        return _left(who.store)
    return Trouble(
        "plug",
        gettext("Tillside isn't installed here any more"),
        gettext("This store removed Tillside. Nothing new comes in and nothing is shown."),
        gettext("Install it again from the app store; what was not erased comes back."),
    )


def _left(store: StoreCard) -> Trouble:
    return Trouble(
        "plug",
        gettext("%(store)s is disconnected", store=store.name),
        gettext("Nothing new comes in and nothing is shown until it is connected again."),
        action=gettext("Connect again"),
        action_url=screens.install_url(store.platform, store.domain),
        may_sign_out=True,
    )


def _session_ended() -> Trouble:
    return Trouble(
        "lock",
        gettext("Your session has ended"),
        gettext("We no longer know who you are. Reload the page in your store's admin."),
    )


def _no_permission() -> Trouble:
    return Trouble(
        "lock",
        gettext("You may not see this"),
        gettext("Your account in this store doesn't have the permission for it."),
        gettext("Ask whoever manages the store's staff."),
    )


def _no_page() -> Trouble:
    return Trouble(
        "search",
        gettext("There is nothing here"),
        gettext("The address leads nowhere, or to something that isn't yours."),
        tone="",
    )


def _bad_code() -> Trouble:
    return Trouble(
        "lock",
        gettext("This code doesn't work any more"),
        gettext("It is unknown, used, or older than 30 minutes."),
        gettext("Ask for a new one under Stores, in the store that is connected already."),
    )


def _not_understood() -> Trouble:
    return Trouble(
        "alert",
        gettext("We don't understand this address"),
        gettext("Something in it is missing, doubled or wrong. Open Tillside from the admin."),
    )


def _too_often() -> Trouble:
    return Trouble(
        "clock",
        gettext("Too much at once"),
        gettext("This was asked for very often just now."),
        gettext("Wait a minute, then try again."),
    )


def _install_refused() -> Trouble:
    return Trouble(
        "alert",
        gettext("This install can't be completed"),
        gettext("The request isn't the store's own, took too long, or was used before."),
        gettext("Nothing was changed. Begin again from your store's admin."),
        tone="bad",
    )


def _store_failed() -> Trouble:
    return Trouble(
        "cloud-off",
        gettext("The store doesn't answer us"),
        gettext("We couldn't connect to your store just now. Nothing was lost."),
        gettext("Reload the page in a minute."),
    )


def _broken() -> Trouble:
    return Trouble(
        "alert",
        gettext("Something went wrong on our side"),
        gettext("It was written down. Nothing in your store was changed."),
        gettext("Reload the page; if it stays, tell whoever runs Tillside for you."),
        tone="bad",
    )

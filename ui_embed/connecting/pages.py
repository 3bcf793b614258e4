"""The pages on which a store connects that hands its keys over by itself: the form, the return."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request

from integration.errors import AppError, NotFound
from integration.install.connecting import (
    BegunConnection,
    ConnectionView,
    begin_connection,
    connect_with_password,
    connection_view,
    sign_in,
)
from integration.install.sessions import OpenedSession
from integration.models.vocabulary import ConnectionState
from platforms.errors import AddressRefused, InstallRefused
from platforms.port import StorePlatform
from ui_embed import screens
from ui_embed.connecting.endings import ending_of
from ui_embed.connecting.form import ConnectForm, Field, Refusal, Typed, fault_of, typed_in
from ui_embed.cookies import InstallMark, drop_install, install_mark, keep_install, keep_session
from ui_embed.policy import STANDALONE, PagePolicy, use_policy
from ui_embed.reasons import told
from ui_embed.request_context import here, services, single_arguments, single_fields
from ui_embed.signed_in import SignedIn, signed_in
from ui_embed.texts import gettext
from ui_embed.turnstile import TooMany, Turnstile, caller_address

connect = Blueprint("connect", __name__)

# A store that is looked at holds one of our threads for seconds.
TURNSTILE = "connect_turnstile"
_MOST_TRIES = 60
_PER = timedelta(minutes=10)
_AT_ONCE = 8
_COOKIE_LASTS_SECONDS = 1800


def new_turnstile() -> Turnstile:
    """What keeps strangers from having us call servers for them all day."""
    return Turnstile(_MOST_TRIES, _PER, _AT_ONCE)


@connect.get("/<slug>/connect")
def ask(slug: str) -> Response:
    """The form, filled with what the address says."""
    platform = handing_over(slug)
    return _form(platform, typed_in(single_arguments()))


@connect.post("/<slug>/connect")
def begin(slug: str) -> Response:
    """Look at the store and lead to its own page of consent; 422 and the form where it can't."""
    platform = handing_over(slug)
    typed = typed_in({**single_arguments(), **single_fields()})
    fault = fault_of(typed)
    if fault is not None:
        return _form(platform, typed, 422, *fault)
    try:
        begun = _begun(slug, typed)
    except (InstallRefused, AddressRefused) as error:
        return _form(platform, typed, 422, "store_url", told(error.code, str(error)))
    except TooMany:
        refusal = Refusal(gettext("There were too many tries just now. Wait a few minutes."))
        return _form(platform, typed, 429, "store_url", refusal)
    except AppError as error:
        if error.code != "invalid_join_code":
            raise
        return _form(platform, typed, 422, "join", told(error.code, error.message))
    return _on_the_way(slug, begun)


@connect.get("/<slug>/return/<token>")
def returned(slug: str, token: str) -> Response:
    """How the connection stands; once it holds, the browser that began it goes in."""
    platform = handing_over(slug)
    arguments = single_arguments()
    mark = install_mark(request.cookies)
    view = connection_view(services(), slug, token, mark.token)
    is_denied = view.state == ConnectionState.BEGUN and arguments.get("success") == "0"
    ending = ending_of(view, slug, request.path, is_denied=is_denied)
    if request.headers.get("HX-Request-Type") == "partial" and not ending.is_waiting:
        # What follows is for a page of its own: it may sign in.
        return Response("", headers={"HX-Refresh": "true"})
    if view.state == ConnectionState.PROVED:
        opened = None if mark.is_foreign else _owners_session(slug, token, mark)
        if opened is not None or (view.is_own_browser and _is_in(view)):
            return _goes_in(slug, opened)
        if _is_in(view):
            # They came in a moment ago, and the page was loaded once more meanwhile.
            return _see_other("/panel")
    use_policy(STANDALONE)
    return screens.page(
        "screens/returned.html",
        ending=ending,
        store_name=view.name or view.domain,
        domain=view.domain,
        home_url=platform.host.app_url(view.domain),
        section=None,
    )


@connect.post("/<slug>/return/<token>")
def enter(slug: str, token: str) -> Response:
    """Sign in the owner who asks for it, where a page of another site began the connection."""
    handing_over(slug)
    single_arguments()
    mark = install_mark(request.cookies)
    opened = None if here().is_foreign else _owners_session(slug, token, mark)
    if opened is None:
        return _see_other(request.path)
    return _goes_in(slug, opened)


def handing_over(slug: str) -> StorePlatform:
    """That platform, whose stores hand keys over by themselves. Raises NotFound for others."""
    platform = services().platforms.get(slug)
    if platform is None or platform.handover is None:
        raise NotFound("There is no such page.")
    return platform


def _begun(slug: str, typed: Typed) -> BegunConnection:
    address = caller_address(request.remote_addr, request.headers.get("X-Forwarded-For"))
    turnstile: Turnstile = current_app.extensions[TURNSTILE]
    owner = _owner()
    options: dict[str, Any] = {
        "join_code": typed.join or None,
        "owner_workspace_id": owner.workspace_id if owner and not typed.is_separate else None,
        "browser_token": None if here().is_foreign else install_mark(request.cookies).token,
    }
    with turnstile.passing(address, services().now()):
        try:
            if typed.password:
                return connect_with_password(
                    services(), slug, typed.address, typed.username, typed.password, **options
                )
            return begin_connection(services(), slug, typed.address, **options)
        except AddressRefused:
            # Nobody was called.
            turnstile.give_back(address)
            raise


def _on_the_way(slug: str, begun: BegunConnection) -> Response:
    response = _see_other(begun.redirect_to)
    mark = InstallMark(begun.browser_token, is_foreign=here().is_foreign)
    keep_install(response, services().settings, slug, mark, _COOKIE_LASTS_SECONDS)
    return response


def _form(
    platform: StorePlatform,
    typed: Typed,
    status: int = 200,
    field: Field | None = None,
    refusal: Refusal | None = None,
) -> Response:
    owner = _owner()
    form = ConnectForm(
        slug=platform.slug,
        platform=platform.name,
        address=typed.address,
        join=typed.join,
        username=typed.username,
        account=owner.store.name if owner else None,
        is_separate=typed.is_separate,
        refusal=refusal,
        refusal_of=field,
        wants_password=refusal is not None and refusal.code == "cannot_hand_over",
    )
    use_policy(_leads_to_any_store())
    return screens.page("screens/connect.html", status, form=form, section=None)


def _leads_to_any_store() -> PagePolicy:
    """The form's page: browsers hold its policy against where the answer leads, too."""
    is_test = services().settings.allow_private_addresses
    return PagePolicy(form_origins=("https:", "http:") if is_test else ("https:",))


def _owner() -> SignedIn | None:
    """The owner who sits here and asked by a page of ours, or opened this one."""
    who = signed_in(services(), here())
    return who if who is not None and who.is_owner else None


def _owners_session(slug: str, token: str, mark: InstallMark) -> OpenedSession | None:
    return sign_in(services(), slug, token, mark.token) if mark.token else None


def _is_in(view: ConnectionView) -> bool:
    who = signed_in(services(), here())
    return who is not None and who.workspace_id == view.workspace_id


def _goes_in(slug: str, opened: OpenedSession | None) -> Response:
    response = _see_other("/panel")
    if opened is not None:
        keep_session(response, services().settings, opened.token, opened.expires_in_seconds)
    drop_install(response, slug)
    return response


def _see_other(address: str) -> Response:
    response = redirect(address, 303)
    assert isinstance(response, Response)
    return response

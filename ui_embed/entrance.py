"""How a person comes in: by the host's token, a panel's bearer, a cookie, or the way to one."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, g, redirect, render_template, request

from integration.directory import Place
from integration.errors import AppError, NotFound, Unauthorized
from integration.install.installing import managed
from integration.models.vocabulary import StoreStatus
from integration.services import Services
from integration.serving.wsgi_over_rsgi import COOKIES_UNREADABLE
from platforms.errors import InstallRefused, PlatformError, SessionRefused
from platforms.port import HostDocument, StorePlatform
from ui_embed.agents.way_on import way_on
from ui_embed.auth import (
    Caller,
    Staff,
    bearer_of,
    caller_at,
    caller_of,
    caller_of_session,
    place_of_staff,
    verify_staff,
)
from ui_embed.framing import STORE_PARAMETER, TicketHost, shell, ticket_host
from ui_embed.host_protocol import (
    EMBEDDED_PARAMETER,
    LOCALE_PARAMETER,
    RELOAD_PARAMETER,
    TOKEN_PARAMETER,
)
from ui_embed.policy import STANDALONE, embedded_policy, use_policy
from ui_embed.request_context import admit, here, services, single_arguments
from ui_embed.signed_in import BEARER_PREFIX, signed_in

_NO_HOST = HostDocument()


def staff_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that only staff of a connected store reach; `caller()` names them in it.

    A document without a valid token is sent to get one. A request by script is refused with 401.
    A browser's cookie opens pages that stand by themselves; no platform's own (`slug`), no frame.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        arguments = single_arguments()
        slug = kwargs.get("slug")
        if slug is not None and slug not in services().platforms:
            raise NotFound("There is no such page.")
        try:
            _enter(arguments, slug)
        except _NeedsToken:
            return way_in(arguments, slug)
        return view(*args, **kwargs)

    return guarded


class _NeedsToken(Exception):
    """A document load that nobody proved to be staff's."""


def _enter(arguments: dict[str, str], slug: str | None) -> None:
    bearer = bearer_of(request.headers.get("Authorization"))
    token = bearer or arguments.get(TOKEN_PARAMETER)
    if bearer is not None and bearer.startswith(BEARER_PREFIX):
        use_policy(STANDALONE)
        admit(caller_of(services(), bearer))
    elif token is not None:
        admit(_staff(token, bearer))
    elif slug is None:
        admit(_signed_in())
    else:
        raise _NeedsToken


def _signed_in() -> Caller:
    who = signed_in(services(), here())
    bridged = (each for each in _platforms() if each.handover is None)
    if who is None or any(_names_another(platform, who.store.domain) for platform in bridged):
        raise _NeedsToken
    use_policy(STANDALONE)
    g.signed_in = who
    return caller_of_session(who, by_cookie=True)


def _staff(token: str, bearer: str | None) -> Caller:
    try:
        staff = verify_staff(services(), token)
    except Unauthorized:
        if bearer is None:
            raise _NeedsToken from None
        raise
    platform = services().platforms[staff.platform]
    stand_in(platform, staff.session.domain)
    if _names_another(platform, staff.session.domain):
        raise Unauthorized("The session is another store's.", code="invalid_session")
    place = place_of_staff(services(), staff)
    if bearer is None:
        place = _connected(services(), staff, place)
    return caller_at(staff, place)


def _names_another(platform: StorePlatform, domain: str) -> bool:
    """Whether the address names a store of that platform, and another one than this."""
    named = named_store(platform)
    return named is not None and named != domain


def _platforms() -> list[StorePlatform]:
    return list(services().platforms.values())


def _connected(parts: Services, staff: Staff, place: Place | None) -> Place | None:
    """The store, after its grant was fetched where we hold none: the host installed us already."""
    if place is not None and place.store.status == StoreStatus.ACTIVE:
        return place
    try:
        managed(parts, staff.platform, staff.token)
    except PlatformError as error:
        # What an older access brought stays readable, and the page says that it ended. A store
        # that removed us refuses the exchange: then its page says that.
        is_refused = isinstance(error, SessionRefused)
        if place is None or not (place.store.status == StoreStatus.REAUTHORIZE or is_refused):
            raise
    return place_of_staff(parts, staff)


def named_store(platform: StorePlatform) -> str | None:
    """The canonical store that the present address names, None where it names none."""
    try:
        return platform.installer.store_domain(list(request.args.items(multi=True)))
    except InstallRefused:
        return None


def stand_in(platform: StorePlatform, domain: str) -> None:
    """Let this answer stand in that store's admin and nowhere else."""
    g.host_document = platform.host.document(domain)
    use_policy(embedded_policy(platform, domain))


def host_document() -> HostDocument:
    """What the page needs of its host; nothing where it stands by itself."""
    document: HostDocument = g.get("host_document", _NO_HOST)
    return document


def way_in(arguments: dict[str, str], slug: str | None) -> Response:
    """Where a document without a token goes: to what gets it one, to the install, to a sentence."""
    host = ticket_host(services(), arguments.get(STORE_PARAMETER, "")) if slug is None else None
    if host is not None:
        return _at_ticket_host(host)
    for name, platform in services().platforms.items():
        # Where a store hands keys over, whoever asks may name any site of the web as one.
        is_asked = slug in (None, name) and platform.handover is None
        domain = named_store(platform) if is_asked else None
        if domain is None:
            continue
        if _is_framed(arguments):
            return _to_bridge(name, arguments)
        if slug is not None:
            return _redirect(f"/{name}/install?{urlencode(_without_session(arguments))}")
        return _outside(platform.host.app_url(domain))
    return _outside(None)


def _at_ticket_host(host: TicketHost) -> Response:
    # A browser that doesn't tell may frame it: the empty page does no harm by itself.
    if request.method == "GET" and not here().is_document:
        return shell(host)
    return _outside(host.platform.host.app_url(host.domain) if host.store else None)


def bounce(platform: StorePlatform, arguments: dict[str, str]) -> Response:
    """The page that loads the host's bridge alone, which comes back with a fresh token."""
    domain = platform.installer.store_domain(list(request.args.items(multi=True)))
    if not _is_ours(arguments.get(RELOAD_PARAMETER, "")):
        raise AppError("This isn't an address of ours.", code="invalid")
    stand_in(platform, domain)
    return Response(
        render_template("screens/bounce.html", app_url=platform.host.app_url(domain), section=None)
    )


def _to_bridge(slug: str, arguments: dict[str, str]) -> Response:
    kept = {name: value for name, value in arguments.items() if name != TOKEN_PARAMETER}
    kept.pop(RELOAD_PARAMETER, None)
    back = f"{services().settings.app_url.rstrip('/')}{request.path}?{urlencode(kept)}"
    return _redirect(f"/{slug}/reload?{urlencode({**kept, RELOAD_PARAMETER: back})}")


def _without_session(arguments: dict[str, str]) -> dict[str, str]:
    dropped = {TOKEN_PARAMETER, EMBEDDED_PARAMETER, LOCALE_PARAMETER, RELOAD_PARAMETER}
    return {name: value for name, value in arguments.items() if name not in dropped}


def _is_framed(arguments: dict[str, str]) -> bool:
    return arguments.get(EMBEDDED_PARAMETER) == "1" or here().is_framed


def _outside(app_url: str | None) -> Response:
    use_policy(STANDALONE)
    connectable = [each for each in _platforms() if each.handover is not None]
    # Another application's cookie, of the same host or of one above it, hides ours.
    screen = "unreadable" if COOKIES_UNREADABLE in request.environ else "outside"
    page = render_template(
        f"screens/{screen}.html",
        app_url=app_url,
        connectable=connectable,
        way_on=way_on(_here_again()),
        section=None,
    )
    return Response(page, 401)


def _here_again() -> str:
    """The present page's address, without what a host's admin adds to it.

    Nor whose admin: nobody has proved that there is such a store.
    """
    kept = _without_session(request.args.to_dict())
    query = urlencode({n: kept[n] for n in kept if not n.startswith(("shop", "store"))})
    return f"{request.path}?{query}" if query else request.path


def _is_ours(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" == _own_origin()


def _own_origin() -> str:
    own = urlsplit(services().settings.app_url)
    return f"{own.scheme}://{own.netloc}"


def _redirect(address: str) -> Response:
    response = redirect(address, 302)
    assert isinstance(response, Response)
    return response

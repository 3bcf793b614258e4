"""The routes by which a store's admin meets us: install, callback, app home, reload."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, request

from integration.errors import NotFound
from integration.install.installing import begin, complete
from platforms.port import StorePlatform
from ui_embed import screens
from ui_embed.cookies import InstallMark, drop_install, install_mark, keep_install
from ui_embed.entrance import bounce, named_store, staff_page
from ui_embed.reading import subject_of
from ui_embed.request_context import services, single_arguments

hosts = Blueprint("hosts", __name__, template_folder="templates")

_COOKIE_LASTS_SECONDS = 600
# Where an admin may lead inside the app home's address.
_SECTIONS = ("inbox", "panel", "profiles", "settings")


def _platform(slug: str) -> StorePlatform:
    platform = services().platforms.get(slug)
    if platform is None:
        raise NotFound("There is no such page.")
    return platform


@hosts.get("/")
def root() -> Response:
    """Where an admin that was given our bare address lands: the home for its store."""
    query = request.query_string.decode("ascii", "ignore")
    for slug, platform in services().platforms.items():
        if platform.handover is None and named_store(platform) is not None:
            return _found(f"/{slug}/app?{query}")
    return _found("/panel")


@hosts.get("/<slug>/install")
def install(slug: str) -> Response:
    """Begin an install: to the store's own page, with a cookie that binds it to this browser."""
    platform = _platform(slug)
    arguments = single_arguments()
    if platform.handover is not None:
        return _found(f"/{slug}/connect?{urlencode(_as_connecting(arguments))}")
    begun = begin(services(), slug, _query(), install_mark(request.cookies).token)
    response = _found(begun.redirect_to)
    mark = InstallMark(begun.browser_token)
    keep_install(response, services().settings, slug, mark, _COOKIE_LASTS_SECONDS)
    return response


@hosts.get("/<slug>/callback")
def callback(slug: str) -> Response:
    """Complete an install and go to our home in the store's admin."""
    platform = _platform(slug)
    single_arguments()
    domain = platform.installer.store_domain(_query())
    complete(services(), slug, _query(), install_mark(request.cookies).token)
    response = _found(platform.host.app_url(domain))
    drop_install(response, slug)
    return response


@hosts.get("/<slug>/app")
@staff_page
def app_home(slug: str) -> Any:
    """Our home in the store's admin: the person that the address asks for, else who came last."""
    _platform(slug)
    arguments = single_arguments()
    subject = subject_of(arguments)
    if subject is not None:
        return screens.person(subject)
    return screens.people(arguments.get("search", ""))


@hosts.get("/<slug>/app/<path:rest>")
def app_section(slug: str, rest: str) -> Response:
    """A section below the home, where the admin resolves addresses against it."""
    _platform(slug)
    if rest.partition("/")[0] not in _SECTIONS:
        abort(404)
    query = request.query_string.decode("ascii", "ignore")
    return _found(f"/{rest}?{query}" if query else f"/{rest}")


@hosts.get("/<slug>/reload")
def reload(slug: str) -> Response:
    """The page whose only script is the host's bridge."""
    platform = _platform(slug)
    if platform.handover is not None:
        raise NotFound("There is no such page.")
    return bounce(platform, single_arguments())


def _as_connecting(arguments: dict[str, str]) -> dict[str, str]:
    """What an install is asked with, by the names of the form that it becomes."""
    named = [arguments[name] for name in ("store_url", "store", "shop") if arguments.get(name)]
    code = arguments.get("join")
    return {**({"store_url": named[0]} if named else {}), **({"join": code} if code else {})}


def _query() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _found(address: str) -> Response:
    response = redirect(address, 302)
    assert isinstance(response, Response)
    return response

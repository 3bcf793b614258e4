"""What follows a proof: a session and the page asked for, or the choice between workspaces."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Response, redirect, request

from integration.agents.directory import AgentCard
from integration.agents.proof import NoStore, Proved, enter, offer
from integration.agents.throttle import count_attempt, succeeded
from integration.errors import Unauthorized
from ui_embed import screens
from ui_embed.agents.marks import (
    browser_mark,
    drop_mark,
    keep_known,
    keep_mark,
    known_browser,
)
from ui_embed.agents.way_on import way_on
from ui_embed.cookies import keep_session, session_cookie
from ui_embed.policy import STANDALONE, use_policy
from ui_embed.refusals import Trouble
from ui_embed.request_context import services
from ui_embed.texts import gettext
from ui_embed.turnstile import caller_address, network_of


def go_in(found: Sequence[Proved], asked: str, *, email: str | None = None) -> Response:
    """In, where there is one workspace; else the choice. `email` is what was proved by it."""
    if len(found) > 1:
        return _choice(found, asked)
    return session_of(found[0], asked, email=email)


def session_of(who: Proved, asked: str, *, email: str | None = None) -> Response:
    """The page that was asked for, with a new session; the browser's former one is over."""
    settings = services().settings
    try:
        opened = enter(
            services(),
            who,
            device=request.headers.get("User-Agent"),
            former_token=request.cookies.get(session_cookie(settings), ""),
        )
    except NoStore:
        return _no_store()
    response = redirect(way_on(asked), 303)
    assert isinstance(response, Response)
    keep_session(response, settings, opened.token, opened.expires_in_seconds)
    drop_mark(response, settings)
    if email:
        keep_known(response, settings, email)
    return response


@contextmanager
def counted_try(who: AgentCard) -> Iterator[None]:
    """A block that asks whoever is in for their password: as slow after failures as a sign-in.

    Raises Throttled. What fails as Unauthorized counts.
    """
    account = who.email or f"agent:{who.id}"
    known = known_browser(request.cookies, services().settings, account)
    attempt = count_attempt(services(), account, network_here(), known_browser=known)
    is_wrong = False
    try:
        yield
    except Unauthorized:
        is_wrong = True
        raise
    finally:
        if not is_wrong:
            succeeded(services(), attempt, is_whole=False)


def network_here() -> str:
    """From which network the present request comes."""
    return network_of(caller_address(request.remote_addr, request.headers.get("X-Forwarded-For")))


def _choice(found: Sequence[Proved], asked: str) -> Response:
    settings = services().settings
    mark = browser_mark(request.cookies, settings)
    use_policy(STANDALONE)
    response = screens.page(
        "screens/choose_workspace.html",
        found=found,
        challenge=offer(services(), found, mark),
        way_on=way_on(asked),
        section=None,
    )
    keep_mark(response, settings, mark)
    return response


def _no_store() -> Response:
    use_policy(STANDALONE)
    trouble = Trouble(
        "store",
        gettext("There is no store here any more"),
        gettext("The last store of this workspace was erased, and with it all that you could see."),
        gettext("Connect a store again to begin anew."),
    )
    return screens.page("screens/trouble.html", 409, trouble=trouble, has_bar=False, section=None)

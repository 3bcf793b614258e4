"""Every state of the panel, rendered from samples.

`python -m tests.ui_embed.gallery FOLDER [STATE …]` writes a picture of each state, in both widths
and both schemes; without a folder it renews the choice of them that docs/pictures keeps. Serves the
real application with the reading of people replaced.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from integration.crm.records import Context
from integration.errors import Ambiguous, AppError, NotFound
from integration.reconciliation import health
from scripts import chromium
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.ui_embed import beside_samples, health_story, identity_samples, samples
from tests.ui_embed.settling import hold_live
from tests.ui_embed.world import DOMAIN, World, build_world, change_store, mint
from ui_embed import screens
from ui_embed.beside import Beside

WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "pictures"
# Which states the documents show, and under which name.
DOCUMENTED = {
    "person": "panel",
    "person-el": "panel-el",
    "person-he": "panel-he",
    "profile": "profile",
    "profile-el": "profile-el",
    "profile-he": "profile-he",
    "timeline": "timeline",
    "timeline-el": "timeline-el",
    "timeline-he": "timeline-he",
    "notes": "notes",
    "home": "home",
    "home-he": "home-he",
    "home-reading": "home-reading",
    "several": "several",
    "nobody": "nobody",
    "reauthorize": "reauthorize",
    "stores": "stores",
    "health": "health",
    "health-he": "health-he",
    "health-troubles": "health-troubles",
}
Answer = Callable[[], Context]
Rest = Callable[..., Beside]


@dataclass(frozen=True, slots=True)
class State:
    """A state: where it is, what the readers answer, how the store stands, rows besides."""

    name: str
    path: str = "/shopify/app"
    query: str = "order=1042"
    answer: Answer | AppError = samples.dimitra
    rest: Rest = beside_samples.beside
    found: tuple[Any, ...] = ()
    store: dict[str, Any] = field(default_factory=dict)
    locale: str = "en"
    rows: Callable[[World], None] | None = None


def found(context: Context, contact: str | None = None) -> Any:
    """A row of a search's answer for that person."""
    who = context.profile
    return samples.found(who, contact)


PEOPLE = (
    found(samples.dimitra(), "dimitra@example.gr"),
    found(samples.first_timer(), "jana@example.cz"),
    found(samples.hebrew(), "noa@example.co.il"),
    found(samples.guest(), "+49 1511 2345678"),
    found(samples.long_name(), "a.papachristodoulopoulou-konstantinopoulou@example.gr"),
)
RUNNING: dict[str, Any] = {
    "backfill_state": "running",
    "backfill_done": 4512,
    "backfill_total": 10250,
    "complete_until": None,
}
CANDIDATES = [
    {"id": "12", "display_name": "Δήμητρα Παπαδοπούλου", "reasons": ["dimitra@example.gr"]},
    {"id": "50", "display_name": "נועה בן־דוד", "reasons": ["#1042", "Baltic Goods"]},
    {"id": "51", "display_name": None, "reasons": ["#1042", "Aegean Goods"]},
]


def healthy(name: str, *, rows: Any = None, locale: str = "en", **store: Any) -> State:
    """A state of the page of a store's health."""
    plain = {"compared_whole_at": samples.days(0.4)}
    path = "/settings/stores/1"
    return State(name, path, "", store={**plain, **store}, locale=locale, rows=rows)


def profile(name: str, part: str = "", **changes: Any) -> State:
    """A state of a person's page, known in two stores and written about."""
    plain = {"path": "/profiles/12", "rest": beside_samples.regular}
    return State(name, query=f"view={part}" if part else "", **{**plain, **changes})


HEBREW: dict[str, Any] = {
    "path": "/profiles/50",
    "answer": samples.hebrew,
    "rest": beside_samples.hebrew,
    "locale": "he",
}


HELD = {"Order": 3309, "Customer": 1203}

STATES = (
    State("person"),
    State("person-el", locale="el"),
    State("person-he", answer=samples.hebrew, locale="he"),
    State("person-cs", answer=samples.first_timer, locale="cs"),
    State("person-pl", locale="pl"),
    State("hebrew-name", answer=samples.hebrew),
    State("first-timer", answer=samples.first_timer),
    State("guest", answer=samples.guest),
    State("many-orders", answer=samples.long_name),
    State("no-orders", answer=samples.no_orders),
    State("several", answer=Ambiguous("Several", details={"candidates": CANDIDATES})),
    State("nobody", query="order=9999", answer=NotFound("Nobody")),
    State("home", query="", found=PEOPLE),
    State("home-he", query="", found=PEOPLE, locale="he"),
    State("home-first-minute", query="", store={**RUNNING, "as_of": None}),
    State("home-reading", query="", found=PEOPLE[:2], store=RUNNING),
    State("search-nobody", query="search=zanzibar"),
    State("reauthorize", store={"status": "reauthorize"}),
    State("unreachable", store={"error": "aegean.myshopify.com didn't answer in time"}),
    State("stores", path="/settings/stores", query=""),
    State(
        "stores-trouble",
        path="/settings/stores",
        query="",
        store={"status": "reauthorize", "error": "the store no longer accepts our token"},
    ),
    State("no-permission", answer=AppError("No", code="forbidden", status=403)),
    profile("profile"),
    profile("profile-el", locale="el"),
    profile("profile-limited", rest=beside_samples.limited),
    profile("timeline", "timeline"),
    profile("timeline-el", "timeline", locale="el"),
    profile("notes", "notes"),
    profile("notes-el", "notes", locale="el"),
    profile("profile-he", **HEBREW),
    profile("timeline-he", "timeline", **HEBREW),
    profile("notes-he", "notes", **HEBREW),
    profile("notes-none", "notes", rest=beside_samples.beside),
    profile("timeline-long", "timeline", answer=samples.long_name),
    State(
        "timeline-none", "/profiles/12", "view=timeline", samples.no_orders, beside_samples.nothing
    ),
    healthy("health", rows=health_story.three_days),
    healthy("health-he", rows=health_story.three_days, locale="he"),
    healthy("health-el", rows=health_story.three_days, locale="el"),
    healthy("health-cs", rows=health_story.three_days, locale="cs"),
    healthy("health-pl", rows=health_story.three_days, locale="pl"),
    healthy("health-young", rows=health_story.first_hours),
    healthy("health-troubles", rows=health_story.troubles),
    healthy("health-empty", compared_whole_at=None),
    healthy("health-unproved", complete_until=None, compared_whole_at=None),
    healthy("health-reading", **RUNNING, compared_whole_at=None),
    healthy("health-stopped", backfill_state="failed", error="The store answers with nonsense."),
    healthy("health-unreachable", error="aegean.myshopify.com didn't answer in time"),
    healthy("health-behind", complete_until=samples.days(0.3), rows=health_story.three_days),
    healthy("health-reauthorize", status="reauthorize", rows=health_story.three_days),
)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any, **__: Any) -> None:
        """Nothing: the addresses hold tokens."""


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """The application on a port of this machine; its address."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def showing(world: World, state: State) -> Iterator[None]:
    """The application answers as that state says."""

    def read(*_: Any, **__: Any) -> Context:
        if isinstance(state.answer, AppError):
            raise state.answer
        return state.answer()

    def read_rest(_services: Any, _caller: Any, _id: int, part: str, _: Any) -> Beside:
        return state.rest(read(), part=part)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screens, "read_person", read)
        patch.setattr(screens, "read_beside", read_rest)
        patch.setattr(screens, "read_identity", lambda *_: identity_samples.identity(read()))
        patch.setattr(screens, "find_people", lambda *_: list(state.found))
        patch.setattr(health, "_held", lambda _session, model, _store: HELD[model.__name__])
        plain = {
            "status": "active",
            "error": None,
            "backfill_state": "done",
            "backfill_done": 4512,
            "backfill_total": 4512,
            "as_of": samples.fresh().as_of,
            "complete_until": samples.fresh().complete_until,
            "complete_from": None,
            "compared_whole_at": None,
        }
        change_store(world.services, world.store_id, **{**plain, **state.store})
        health_story.forget(world)
        if state.rows is not None:
            state.rows(world)
        yield


def open_state(
    page: Page, address: str, state: State, live: Callable[[Page], None] = hold_live
) -> None:
    """Load a state as the admin would, with a bridge that hands out one token."""
    token = mint(DOMAIN)
    bridge = f"window.shopify = {{ idToken: async () => '{token}' }};"

    def answer(route: Route) -> None:
        route.fulfill(body=bridge, content_type="text/javascript")

    page.route("https://cdn.shopify.com/**", answer)
    live(page)
    query = f"{state.query}&" if state.query else ""
    page.goto(f"{address}{state.path}?{query}shop={DOMAIN}&locale={state.locale}&id_token={token}")


def picture(browser: Browser, address: str, state: State, name: str, to: Path) -> None:
    """Write the pictures of one state."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": 720},
                color_scheme="dark" if scheme == "dark" else "light",
                device_scale_factor=1.5 if width == WIDTHS[0] else 1,
            )
            page = context.new_page()
            open_state(page, address, state)
            page.screenshot(path=to / f"{name}-{width}-{scheme}.png", full_page=True)
            context.close()


def main(folder: str | None, only: list[str]) -> None:
    """Write all pictures, those of the named states, or those of the documents."""
    to = Path(folder) if folder else DOCUMENTS
    to.mkdir(parents=True, exist_ok=True)
    names = {state.name: state.name for state in STATES} if folder else DOCUMENTED
    with (
        tempfile.TemporaryDirectory() as data,
        sync_playwright() as playwright,
    ):
        world = build_world(Path(data))
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(CHROMIUM_ARGUMENTS)
        )
        with serving(world.app) as address:
            for state in STATES:
                if state.name in names and (not only or state.name in only):
                    with showing(world, state):
                        picture(browser, address, state, names[state.name], to)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None, sys.argv[2:])

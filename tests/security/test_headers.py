"""What a browser may do with each answer: every route, every way in, every failure."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request, request_finished

from tests.security.furnished import furnished_world
from tests.security.noted_reading import settle
from tests.security.places import Names
from tests.security.test_tenancy import WALKED
from tests.security.walk import Walk
from tests.security.walked_public import CARRIES
from tests.ui_embed.inbox.mails import LINK
from tests.ui_embed.sites import FETCHED, SAME, SESSION
from tests.ui_embed.widget.chats import ORIGIN
from tests.ui_embed.world import DOMAIN, World, build_world
from ui_embed.inbox.mail_links import MailLink, MailLinks

ADMIN = {f"https://{DOMAIN}", "https://admin.shopify.com"}
# What may be kept by a browser: files of ours that hold nobody's data, by their digest or for a
# while.
KEPT = ("/assets/<digest>/<path:name>", "/widget.js", "/api/widget/settings", "/openapi.json")
# The contact form stands in the store's own pages.
IN_STORES = "/form/<token>"
_EVERY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# A scheme or a star alone lets in anybody.
_SOURCES = re.compile(r"https?:(?!//)|(?<!')\*")


class Inline(HTMLParser):
    """Finds what a page would run, or be styled by, from within itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kind = given.get("type") or ""
        self._is_script = tag == "script" and "src" not in given and "json" not in kind
        if tag == "style" or "style" in given:
            self.found.append(f"<{tag}> with a style")
        self.found += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        self.found += [
            f"<{tag} {name}={value}>"
            for name, value in given.items()
            if (value or "").strip().lower().startswith("javascript:")
        ]

    def handle_data(self, data: str) -> None:
        if self._is_script and data.strip():
            self.found.append(f"a script: {data[:60]}")


def directives(response: Response) -> dict[str, set[str]]:
    """The policy of an answer."""
    parts = (part.split() for part in response.headers["Content-Security-Policy"].split(";"))
    return {part[0]: set(part[1:]) for part in parts if part}


def judge(rule: str, response: Response, *, framed_by: set[str]) -> list[str]:
    """What is wrong with an answer's headers, and with its page."""
    headers, wrong = response.headers, []
    wrong += [
        f"{name}: {headers.get(name)}" for name in _EVERY if headers.get(name) != _EVERY[name]
    ]
    policy = directives(response)
    if policy["frame-ancestors"] != (framed_by or {"'none'"}):
        wrong.append(f"frame-ancestors {policy['frame-ancestors']}")
    if not framed_by:
        wrong += [
            f"{name}: {headers.get(name)}"
            for name, told in (
                ("X-Frame-Options", "DENY"),
                ("Cross-Origin-Opener-Policy", "same-origin"),
            )
            if headers.get(name) != told
        ]
    wrong += [
        f"{name} {sources}"
        for name, sources in policy.items()
        if {"'unsafe-inline'", "'unsafe-eval'"} & sources
        or (name != "img-src" and any(_SOURCES.search(each) for each in sources))
    ]
    if policy.get("default-src") != {"'none'"}:
        wrong.append(f"default-src {policy.get('default-src')}")
    if rule not in KEPT and "no-store" not in headers.get("Cache-Control", ""):
        wrong.append(f"Cache-Control: {headers.get('Cache-Control')}")
    if response.mimetype == "text/html":
        page = Inline()
        page.feed(response.get_data(as_text=True))
        wrong += page.found
    return wrong


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """An application in which everything exists once at least."""
    world, ours, theirs = furnished_world(Path(tmp_path_factory.mktemp("headers")))
    made = Walk(world, ours, theirs)
    with pytest.MonkeyPatch.context() as patch:
        settle(patch, made.read, made.draw)
        yield made
    made.close()
    world.services.db.dispose()
    world.services.inbox.dispose()


def _framed(by: str, rule: str, response: Response) -> set[str]:
    """Who may frame that answer: a store's admin what its staff asked for, else nobody."""
    if rule == IN_STORES and response.status_code in (200, 422):
        return {ORIGIN}
    is_page = response.mimetype == "text/html"
    return ADMIN if by == "staff" and is_page else set()


def seen(app: Flask) -> list[tuple[str, str, Response]]:
    """Each answer of that application from now on, by its route."""
    told: list[tuple[str, str, Response]] = []

    def note(_sender: Any, response: Response, **_more: Any) -> None:
        rule = request.url_rule.rule if request.url_rule else ""
        if not response.is_streamed:
            response.get_data()
        told.append((request.method, rule, response))

    request_finished.connect(note, app, weak=False)
    return told


def test_every_route_carries_its_headers(walk: Walk) -> None:
    told, wrong = seen(walk.world.app), []
    for route, calls in WALKED.items():
        method, _, rule = route.partition(" ")
        by = calls[0].by
        told.clear()
        walk.call(method, rule, calls[0], Names(walk.ours))
        for _, asked, response in told:
            found = judge(asked, response, framed_by=_framed(by, asked, response))
            wrong += [f"{route} {response.status_code}: {each}" for each in found]
    assert wrong == []


def test_pages_stand_in_their_own_stores_admin_and_nowhere_else(walk: Walk) -> None:
    told = seen(walk.world.app)
    client = walk.world.app.test_client()
    for path in ("/panel", "/inbox", "/settings/stores", "/settings/me", "/nothing/here"):
        client.get(path, headers=walk.world.bearer(), base_url="https://localhost")
    client.get(f"/shopify/app?shop={DOMAIN}&id_token={walk.world.token()}")
    for _, rule, response in told:
        framed = ADMIN if rule else set()
        assert judge(rule, response, framed_by=framed) == [], rule


def test_routes_that_carry_a_proof_of_their_own_carry_them_too(walk: Walk) -> None:
    told, client = seen(walk.world.app), walk.world.app.test_client()
    for route in CARRIES:
        method, _, rule = route.partition(" ")
        path = re.sub(r"<(?:\w+:)?(\w+)>", "shopify", rule)
        client.open(path, method=method, headers=SAME, base_url="https://localhost", buffered=True)
    assert len(told) >= len(CARRIES)
    for method, rule, response in told:
        framed = _framed("", rule, response)
        assert judge(rule, response, framed_by=framed) == [], (method, rule, response.status)


# Of all answers the only one that is styled from within itself.
_OF_A_MAIL = {
    "sandbox": set(),
    "default-src": {"'none'"},
    "style-src": {"'unsafe-inline'"},
    "img-src": {"data:"},
    "base-uri": {"'none'"},
    "form-action": {"'none'"},
}


@pytest.mark.parametrize("by", ["owner", "staff"])
def test_a_mails_own_document_may_be_styled_and_nothing_else(walk: Walk, by: str) -> None:
    told = seen(walk.world.app)
    rule = "/inbox/<conversation_id>/messages/<message_id>/mail"
    asking, client = walk.world.app.test_client(), walk.world.app.test_client()
    asking.set_cookie(SESSION, walk.cookie, domain="localhost", secure=True)
    headers = walk.world.bearer() if by == "staff" else FETCHED
    path = rule.replace("<conversation_id>", walk.ours["conversation"])
    path = path.replace("<message_id>", walk.ours["message_of_conversation"])
    frame = asking.get(path, headers=headers, base_url="https://localhost")
    [address] = re.findall(r'src="([^"]+)"', frame.text)
    # The frame has nothing but its address: no cookie, no bearer.
    assert client.get(address, base_url="https://localhost").status_code == 200
    late = MailLink(
        walk.world.workspace_id, 1, 1, 1, 0, int(walk.ours["store"]), by == "staff", expires_at=1
    )
    secret = walk.world.services.settings.secret_key.get_secret_value()
    ended = client.get(LINK, query_string={"link": MailLinks(secret).issue(late)})
    assert ended.status_code == 401
    around = {"'self'", *(ADMIN if by == "staff" else ())}
    for _, asked, response in told[1:]:
        assert asked == LINK
        assert directives(response) == {**_OF_A_MAIL, "frame-ancestors": around}
        assert "X-Frame-Options" not in response.headers
        assert {**response.headers}.items() >= {
            **_EVERY,
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }.items()


def test_pages_frame_nothing_but_ours(walk: Walk) -> None:
    [(_, _, page)] = _asked(walk, "/inbox")
    assert directives(page)["frame-src"] == {"'self'"}


def _asked(walk: Walk, path: str) -> list[tuple[str, str, Response]]:
    told = seen(walk.world.app)
    headers = walk.world.bearer()
    walk.world.app.test_client().get(path, headers=headers, base_url="https://localhost")
    return told


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[World]:
    """An application by itself."""
    world = build_world(tmp_path)
    yield world
    world.services.db.dispose()
    world.services.inbox.dispose()


def test_failures_and_redirects_carry_them(bare: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise RuntimeError("on purpose")

    bare.app.view_functions["settings.stores"] = fails
    told, client = seen(bare.app), bare.app.test_client()
    big = b"x" * (bare.app.config["MAX_CONTENT_LENGTH"] + 1)
    asked: tuple[tuple[str, str, dict[str, Any], int], ...] = (
        ("GET", "/nothing/at/all", {}, 404),
        ("GET", "/assets/x/../../etc/passwd", {}, 404),
        ("DELETE", "/panel", {}, 405),
        ("POST", "/api/v1/segments/preview", {"data": big, "headers": bare.bearer()}, 413),
        ("POST", "/sign-in", {"data": big, "headers": SAME}, 413),
        ("GET", "/settings/stores", {}, 500),
        ("GET", "/panel?a=1&a=2", {}, 400),
        ("GET", "/", {}, 302),
        ("GET", "/panel", {}, 401),
        ("GET", "/api/v1/context", {}, 401),
        ("OPTIONS", "/panel", {}, 200),
        ("HEAD", "/sign-in", {}, 200),
    )
    for method, path, more, status in asked:
        told.clear()
        answer = client.open(path, method=method, buffered=True, **more)
        assert answer.status_code == status, (method, path, answer.status_code)
        assert told, path
        for _, rule, response in told:
            assert judge(rule, response, framed_by=set()) == [], (method, path)


def test_without_https_nothing_is_promised_of_it(tmp_path: Path) -> None:
    world = build_world(tmp_path, app_url="http://127.0.0.1:8000")
    answer = world.app.test_client().get("/sign-in")
    assert "Strict-Transport-Security" not in answer.headers
    world.services.db.dispose()
    world.services.inbox.dispose()

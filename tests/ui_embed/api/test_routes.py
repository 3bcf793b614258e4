"""The API: shapes, refusals, CORS, and how many statements the panel's answer takes."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from integration.models import ProfileView
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.world import DOMAIN, World, change_store, mint

# Who calls, whom it is about, orders, conversations, and that it was looked at.
MOST_STATEMENTS = 5
MOST_OF_A_PAGE = 31


def cursor(text: str) -> str:
    """A cursor that nobody of us wrote."""
    return base64.urlsafe_b64encode(text.encode()).decode()


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The SQL statements that are run meanwhile."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(world.services.db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(world.services.db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/context?order=1042",
        "/api/v1/context?customer=7011225534",
        "/api/v1/context?email=dimitra@example.gr",
        f"/shopify/app?order=1042&shop={DOMAIN}&id_token={{token}}",
        "/panel?order=1042",
    ],
)
def test_the_first_answer_takes_few_statements_and_no_call(world: World, path: str) -> None:
    add_person(world, orders=25)
    client = world.app.test_client()
    headers = {} if "id_token" in path else world.bearer()
    # Whoever comes for the first time is written down as an agent: that isn't counted.
    client.get("/panel", headers=world.bearer())
    with counted(world) as statements:
        answer = client.get(path.format(token=mint(DOMAIN)), headers=headers)
    assert answer.status_code == 200
    # A page tells figures, notes, evidence, suggestions and what waits for the agent too, each
    # read by its keys.
    most = MOST_STATEMENTS if path.startswith("/api/") else MOST_OF_A_PAGE
    assert len(statements) <= most, statements
    assert world.services.jobs.waiting == []  # type: ignore[attr-defined]


def test_the_context_is_the_contracts(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=25)
    context = client.get("/api/v1/context?order=%231042", headers=world.bearer()).json
    assert sorted(context) == ["conversations", "freshness", "next", "orders", "profile"]
    assert context["profile"]["id"] == str(profile_id)
    assert context["profile"]["totals"] == [
        {
            "currency": "EUR",
            "orders": 25,
            "spent_minor": 8990 * 25,
            "unpaid_minor": 0,
            "refunded_minor": 0,
        }
    ]
    assert len(context["orders"]) == 20
    newest = context["orders"][0]
    assert newest["name"] == "#1042"
    assert newest["placed_at"] == "2026-11-21T12:04:00Z"
    assert newest["lines"][0]["title"] == "<b>Aviator</b> sunglasses"
    assert newest["admin_url"].startswith("https://admin.shopify.com/store/aegean/orders/")
    assert context["freshness"]["source"] == "webhook"
    assert context["freshness"]["backfill"] == {"state": "done", "done": 4512, "total": 4512}
    rest = client.get(
        f"/api/v1/profiles/{profile_id}?cursor={context['next']}", headers=world.bearer()
    ).json
    assert [order["name"] for order in rest["orders"]] == [f"#{1022 - n}" for n in range(5)]
    assert rest["next"] is None


def test_each_view_is_written_down(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    client.get("/api/v1/context?order=1042", headers=world.bearer())
    with world.services.db.workspace(world.workspace_id) as session:
        view = session.query(ProfileView).one()
    assert (view.profile_id, view.viewer, view.surface) == (profile_id, "shopify-staff:42", "api")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "invalid"),
        ("order=", "invalid"),
        ("order=1&email=a@b.example", "invalid"),
        ("order=1&order=1", "duplicate_parameter"),
        ("order=1&store=a&store=b", "duplicate_parameter"),
        (f"email={'x' * 400}", "invalid"),
        ("order=1042&cursor=nonsense", "invalid"),
        (f"order=1042&cursor={cursor('0001-01-01T00:00:00+23:59|1')}", "invalid_cursor"),
        (f"order=1042&cursor={cursor('9999-12-31T23:59:59-23:59|1')}", "invalid_cursor"),
    ],
)
def test_what_cannot_be_understood_is_400(
    world: World, client: FlaskClient, query: str, code: str
) -> None:
    add_person(world)
    answer = client.get(f"/api/v1/context?{query}", headers=world.bearer())
    assert answer.status_code == 400
    assert sorted(answer.json["error"]) == ["code", "details", "message"]
    assert answer.json["error"]["code"].startswith(code)


def test_search_finds_by_name_address_and_order(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=3)
    add_person(world, other=True)
    for text in ("Παπαδοπούλου", "dimitra@", "%231041", "1040", ""):
        answer = client.get(f"/api/v1/profiles?search={text}", headers=world.bearer())
        assert [each["id"] for each in answer.json["profiles"]] == [str(profile_id)], text
    nobody = client.get("/api/v1/profiles?search=zanzibar", headers=world.bearer())
    assert nobody.json == {"profiles": [], "more": False}


def test_stores_tell_how_fresh_they_are(world: World, client: FlaskClient) -> None:
    change_store(world.services, world.store_id, backfill_state="running", backfill_done=7)
    (store,) = client.get("/api/v1/stores", headers=world.bearer()).json["stores"]
    assert store["name"] == "Aegean Goods"
    assert store["status"] == "active"
    assert store["freshness"]["backfill"] == {"state": "running", "done": 7, "total": 4512}
    assert "data_key" not in store


@pytest.mark.parametrize("path", ["context", "profiles", "profiles/1", "stores"])
def test_any_origin_may_ask_with_a_bearer_and_never_with_a_cookie(
    client: FlaskClient, path: str
) -> None:
    preflight = client.options(
        f"/api/v1/{path}",
        headers={
            "Origin": "https://extensions.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization",
        },
    )
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in preflight.headers
    refused = client.get(f"/api/v1/{path}", headers={"Origin": "null"})
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in refused.headers


def test_pages_answer_no_other_origin(world: World, client: FlaskClient) -> None:
    answer = client.get("/panel", headers={**world.bearer(), "Origin": "https://evil.example"})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_an_unknown_route_is_an_error_of_the_same_form(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert sorted(answer.json["error"]) == ["code", "details", "message"]
    assert client.post("/api/v1/context").status_code == 405

"""Who gets in: only a genuine, whole, present session of a connected store, or a live key."""

import base64
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.models import ApiKey
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.world import DOMAIN, KEY, NOW, OTHER_DOMAIN, World, change_store, mint

CONTEXT = "/api/v1/context?order=1042"
RETRY = "X-Shopify-Retry-Invalid-Session-Request"
LATER = int(NOW.timestamp())


def _ask(client: FlaskClient, credential: str, path: str = CONTEXT) -> Any:
    return client.get(path, headers={"Authorization": f"Bearer {credential}"})


def _unsigned() -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    payload = mint(DOMAIN).split(".")[1]
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{payload}."


def test_staff_of_a_connected_store_get_in(world: World, client: FlaskClient) -> None:
    add_person(world)
    answer = _ask(client, mint(DOMAIN))
    assert answer.status_code == 200
    assert answer.json["profile"]["display_name"] == "Δήμητρα Παπαδοπούλου"


@pytest.mark.parametrize(
    "changes",
    [{name: None} for name in ("iss", "dest", "aud", "sub", "exp", "nbf", "iat", "jti", "sid")]
    + [
        {"aud": "another-app"},
        {"iss": f"http://{DOMAIN}/admin"},
        {"dest": f"https://{OTHER_DOMAIN}"},
        {"iss": "https://aegean.myshopify.com.evil.example/admin"},
        {"exp": LATER - 11},
        {"nbf": LATER + 11},
        {"secret": "somebody-else's-secret"},
        {"alg": "HS512"},
    ],
    ids=str,
)
def test_a_token_that_does_not_hold_is_refused(
    world: World, client: FlaskClient, changes: dict[str, Any]
) -> None:
    add_person(world)
    answer = _ask(client, mint(DOMAIN, **changes))
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "invalid_session"
    assert answer.headers[RETRY] == "1"


@pytest.mark.parametrize(
    "credential",
    ["", "x", "a.b.c", "..", "é.è.ê", "x" * 9000, f"{'a' * 9000}.b.c", "null.null.null"],
)
def test_garbage_is_refused(client: FlaskClient, credential: str) -> None:
    header = f"Bearer {credential}".encode().decode("latin-1")
    answer = client.get(CONTEXT, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers[RETRY] == "1"


def test_an_unsigned_token_is_refused(world: World, client: FlaskClient) -> None:
    add_person(world)
    assert _ask(client, _unsigned()).status_code == 401


@pytest.mark.parametrize("header", [None, "Basic abc", "Bearer", "bearer   "])
def test_without_a_bearer_nobody_gets_in(client: FlaskClient, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = client.get(CONTEXT, headers=headers)
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "unauthorized"


@pytest.mark.parametrize("status", ["pending", "disconnected"])
def test_a_store_that_removed_us_is_not_installed(
    world: World, client: FlaskClient, status: str
) -> None:
    add_person(world)
    change_store(world.services, world.store_id, status=status)
    answer = _ask(client, mint(DOMAIN))
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "not_installed"


def test_a_store_that_we_never_met_is_not_installed(client: FlaskClient) -> None:
    answer = _ask(client, mint("stranger.myshopify.com"))
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_installed")


def test_data_stays_readable_while_access_has_to_be_renewed(
    world: World, client: FlaskClient
) -> None:
    add_person(world)
    change_store(world.services, world.store_id, status="reauthorize")
    assert _ask(client, mint(DOMAIN)).status_code == 200


def test_a_key_opens_its_workspace_until_it_is_revoked(world: World, client: FlaskClient) -> None:
    add_person(world)
    assert _ask(client, KEY).status_code == 200
    with world.services.db.across_workspaces(write=True) as session:
        key = session.query(ApiKey).one()
        assert key.last_used_at == NOW
        key.revoked_at = NOW
    answer = _ask(client, KEY)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "unauthorized")
    assert _ask(client, KEY + "x").status_code == 401


def test_another_workspaces_person_is_as_unknown_as_nobody(
    world: World, client: FlaskClient
) -> None:
    foreign = add_person(world, other=True)
    for path in (
        CONTEXT,
        "/api/v1/context?email=dimitra@example.gr",
        "/api/v1/context?customer=7011225534",
        f"/api/v1/profiles/{foreign}",
        "/api/v1/profiles/999999",
        "/api/v1/profiles/0",
        "/api/v1/profiles/x",
        f"/api/v1/context?order=1042&store={OTHER_DOMAIN}",
    ):
        answer = _ask(client, mint(DOMAIN), path)
        assert answer.status_code == 404, path
        assert answer.json["error"] == {
            "code": "not_found",
            "message": "There is no such person.",
            "details": {},
        }
    assert _ask(client, mint(DOMAIN), "/api/v1/profiles").json == {"profiles": [], "more": False}
    own = _ask(client, mint(DOMAIN), "/api/v1/stores").json["stores"]
    assert [store["domain"] for store in own] == [DOMAIN]


def test_a_cookie_opens_nothing(world: World, client: FlaskClient) -> None:
    add_person(world)
    client.set_cookie("session", mint(DOMAIN))
    client.set_cookie("id_token", mint(DOMAIN))
    assert client.get(CONTEXT).status_code == 401

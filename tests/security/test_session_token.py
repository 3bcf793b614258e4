"""A session token without exp, wrong aud, http iss, alg none, ours used as theirs: 401."""

import base64
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.crypto import derive
from tests.security.untouched import nothing_done
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import SESSION, panel_token, session_token
from tests.ui_embed.widget.chats import shopify_proof
from tests.ui_embed.world import DOMAIN, KEY, NOW, OTHER_DOMAIN, World, mint

LATER = int(NOW.timestamp())
OUR_SECRET = "a-secret-of-the-tests"
CLAIMS: dict[str, dict[str, Any]] = {
    **{f"no {name}": {name: None} for name in
       ("exp", "nbf", "iat", "aud", "iss", "dest", "sub", "jti", "sid")},
    "wrong aud": {"aud": "another-app"},
    "several auds": {"aud": ["another-app", "a-third"]},
    "http iss": {"iss": f"http://{DOMAIN}/admin"},
    "http dest": {"dest": f"http://{DOMAIN}"},
    "dest of another shop": {"dest": f"https://{OTHER_DOMAIN}"},
    "iss of another shop": {"iss": f"https://{OTHER_DOMAIN}/admin"},
    "look-alike iss": {"iss": f"https://{DOMAIN}.evil.example/admin"},
    "over": {"exp": LATER - 11},
    "not yet": {"nbf": LATER + 11},
    "another secret": {"secret": "a-secret-of-somebody-elses-app"},
    "an empty jti": {"jti": ""},
    "signed with our secret": {"secret": OUR_SECRET},
    "another algorithm": {"alg": "HS512"},
}  # fmt: skip


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unsigned(alg: str) -> str:
    payload = mint(DOMAIN).split(".")[1]
    return f"{_part({'alg': alg, 'typ': 'JWT'})}.{payload}."


def _refused(world: World, client: FlaskClient, credential: str) -> None:
    """Nobody comes in by it: not to read, not to write, not to listen, not to a page."""
    header = {"Authorization": f"Bearer {credential}"}
    text = {"text": "written by nobody"}
    with nothing_done(world.services):
        answers = [
            client.get("/api/v1/context?order=1042", headers=header),
            client.post("/api/v1/profiles/1/notes", headers=header, json=text),
            client.get("/api/v1/conversations", headers=header),
            client.get("/shopify/app", headers=header),
        ]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert not any("1042" in answer.text for answer in answers)


@pytest.mark.parametrize("changes", CLAIMS.values(), ids=CLAIMS)
def test_session_token(world: World, client: FlaskClient, changes: dict[str, Any]) -> None:
    add_person(world)
    _refused(world, client, mint(DOMAIN, **changes))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "HS256", "RS256", ""])
def test_an_unsigned_one(world: World, client: FlaskClient, alg: str) -> None:
    add_person(world)
    _refused(world, client, _unsigned(alg))


@pytest.mark.parametrize("key", ["session", "panel", "chat-proof", "install-state"])
def test_ours_used_as_theirs(world: World, client: FlaskClient, key: str) -> None:
    """Signed with whatever key of ours, a token in Shopify's form isn't Shopify's."""
    add_person(world)
    _refused(world, client, mint(DOMAIN, secret=derive(OUR_SECRET, key).hex()))


def test_each_of_ours_at_anothers_place(world: World, client: FlaskClient) -> None:
    add_person(world)
    for credential in (shopify_proof(world, "7001"), session_token(world), f"{KEY}.a.b"):
        _refused(world, client, credential)
    # And theirs as one of ours: a ticket, a cookie.
    theirs, bearer = mint(DOMAIN), panel_token(world)
    with nothing_done(world.services):
        assert client.post("/api/v1/session", json={"ticket": theirs}).status_code == 401
        for value in (theirs, bearer):
            client.set_cookie(SESSION, value, domain="localhost", secure=True)
            page = client.get("/api/v1/conversations", base_url="https://localhost")
            assert page.status_code == 401


def test_a_genuine_one_is_let_in(world: World, client: FlaskClient) -> None:
    add_person(world)
    assert client.get("/api/v1/context?order=1042", headers=world.bearer()).status_code == 200

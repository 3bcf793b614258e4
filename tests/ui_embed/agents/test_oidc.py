"""Signing in by an OpenID Connect provider: what proves somebody, and all that doesn't."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from integration.models import Agent, Session, SignInChallenge
from integration.models.vocabulary import AgentStatus
from tests.integration.install.conftest import SettableClock
from tests.ui_embed.agents.issuer import (
    CLIENT_ID,
    CLIENT_SECRET,
    Issuer,
    new_key,
    providing,
    signed,
    unsigned,
)
from tests.ui_embed.agents.people import add_agent, agent_row, get
from tests.ui_embed.sites import FOREIGN, SESSION, cookies_of
from tests.ui_embed.world import NOW, World, build_world
from ui_embed.agents.sign_in_pages import PROVIDER

CALLBACK = "/sign-in/oidc/callback"


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return new_key()


@pytest.fixture(scope="module")
def other() -> RSAKey:
    """A key that isn't the provider's."""
    return new_key("k2")


@pytest.fixture
def issuer(key: RSAKey) -> Iterator[Issuer]:
    with providing(key) as made:
        yield made


@pytest.fixture
def world(tmp_path: Path, issuer: Issuer) -> Iterator[World]:
    built = build_world(
        tmp_path,
        ALLOW_PRIVATE_ADDRESSES="1",
        OIDC_ISSUER=issuer.address,
        OIDC_CLIENT_ID=CLIENT_ID,
        OIDC_CLIENT_SECRET=CLIENT_SECRET,
        OIDC_NAME="Aegean ID",
    )
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


@pytest.fixture
def clock(world: World) -> SettableClock:
    made = SettableClock(NOW)
    object.__setattr__(world.services, "now", made)
    world.app.extensions[PROVIDER]._now = made
    return made


def begin(client: FlaskClient, query: str = "") -> str:
    """Begin; the provider's address."""
    answer = get(client, f"/sign-in/oidc{query}")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def come_back(client: FlaskClient, way_back: str) -> TestResponse:
    """Arrive from the provider's site."""
    return get(client, way_back, {name: FOREIGN[name] for name in FOREIGN if name != "Origin"})


def sign_in(client: FlaskClient, issuer: Issuer, **claims: Any) -> TestResponse:
    return come_back(client, issuer.consent(begin(client), **claims))


def count(world: World, model: Any) -> int:
    with world.services.db.across_workspaces() as session:
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def nobody_is_in(world: World, answer: TestResponse) -> bool:
    return SESSION not in "".join(cookies_of(answer)) and count(world, Session) == 0


def test_whoever_was_invited_comes_in_and_is_bound(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    agent_id = add_agent(world, status=AgentStatus.INVITED, password=None)
    assert "Sign in with Aegean ID" in get(client, "/sign-in").text
    way_back = issuer.consent(begin(client, "?next=/suggestions"))
    answer = come_back(client, way_back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/suggestions")
    agent = agent_row(world, agent_id)
    assert (agent.status, agent.oidc_subject) == ("active", f"{issuer.address} subject-7")
    assert get(client, "/suggestions").status_code == 200
    assert count(world, SignInChallenge) == 0
    again = world.app.test_client()
    renamed = sign_in(again, issuer, email="new.name@aegean.example")
    assert renamed.status_code == 303
    assert count(world, Agent) == 1


def test_the_request_carries_what_binds_the_answer(client: FlaskClient, world: World) -> None:
    asked = parse_qs(urlsplit(begin(client)).query)
    assert asked["redirect_uri"] == [f"https://tillside.example{CALLBACK}"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    other = parse_qs(urlsplit(begin(client)).query)
    assert all(asked[name] != other[name] for name in ("state", "nonce", "code_challenge"))


def _without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda claims: claims.update({name: None})


def _with(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda claims: claims.update(changes)


THEN = int(NOW.timestamp())
BENT = {
    "nonce of another": _with(nonce="another"),
    "no nonce": _without("nonce"),
    "nonce no text": _with(nonce=7),
    "issuer of another": _with(iss="http://evil.example"),
    "no issuer": _without("iss"),
    "for another": _with(aud="somebody-else"),
    "no audience": _without("aud"),
    "for two, of another": _with(aud=[CLIENT_ID, "other"], azp="other"),
    "for two, of nobody": _with(aud=[CLIENT_ID, "other"]),
    "of another party": _with(azp="other"),
    "over": _with(exp=THEN - 11),
    "no end": _without("exp"),
    "end as text": _with(exp=str(THEN + 300)),
    "end is no number": _with(exp=True),
    "from the future": _with(iat=THEN + 60),
    "from long ago": _with(iat=THEN - 3600),
    "no beginning": _without("iat"),
    "not yet": _with(nbf=THEN + 60),
    "no subject": _without("sub"),
    "empty subject": _with(sub=""),
    "long subject": _with(sub="x" * 256),
}


@pytest.mark.parametrize("name", BENT)
def test_a_token_that_says_anything_else_proves_nobody(
    world: World, client: FlaskClient, issuer: Issuer, name: str
) -> None:
    agent_id = add_agent(world)
    issuer.bend = BENT[name]
    answer = sign_in(client, issuer)
    assert answer.status_code == 401
    assert "prove who you are" in answer.text
    assert nobody_is_in(world, answer)
    assert agent_row(world, agent_id).oidc_subject is None


def _by_secret(claims: dict[str, Any]) -> str:
    return signed(OctKey.import_key(CLIENT_SECRET), claims, "HS256")


@pytest.mark.parametrize(
    "forge",
    [
        "none",
        "client secret",
        "public key as secret",
        "another key",
        "another key of that name",
        "rs384",
        "cut",
        "changed",
        "empty",
        "huge",
    ],
)
def test_a_token_that_the_provider_didnt_sign_proves_nobody(
    world: World,
    client: FlaskClient,
    issuer: Issuer,
    key: RSAKey,
    other: RSAKey,
    forge: str,
) -> None:
    add_agent(world)
    namesake = RSAKey.import_key(other.as_pem(private=True), {"kid": "k1"})
    public = key.as_pem(private=False).decode()
    issuer.sign = {
        "none": unsigned,
        "client secret": _by_secret,
        "public key as secret": lambda claims: signed(
            OctKey.import_key(public.encode().hex()), claims, "HS256"
        ),
        "another key": lambda claims: signed(other, claims),
        "another key of that name": lambda claims: signed(namesake, claims),
        "rs384": lambda claims: signed(key, claims, "RS384"),
        "cut": lambda claims: signed(key, claims).rpartition(".")[0] + ".",
        "changed": lambda claims: signed(key, claims).replace(".", ".e", 1),
        "empty": lambda claims: "",
        "huge": lambda claims: signed(key, {**claims, "more": "x" * 40_000}),
    }[forge]
    answer = sign_in(client, issuer)
    assert answer.status_code in (401, 502)
    assert nobody_is_in(world, answer)


def test_a_shared_secret_among_the_keys_is_none(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world)
    shared = OctKey.import_key("a-secret-that-everybody-reads", {"kid": "k1"})
    issuer.shown_keys = [dict(shared.as_dict(private=True))]
    issuer.discovery = {"id_token_signing_alg_values_supported": ["HS256", "RS256"]}
    issuer.sign = lambda claims: signed(shared, claims, "HS256")
    answer = sign_in(client, issuer)
    assert answer.status_code in (401, 502)
    assert nobody_is_in(world, answer)


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "false"},
        {"email": None},
        {"email": "еleni@aegean.example"},
        {"email": "ｅleni@aegean.example"},
        {"email": "eleni@aegean.example\u200b"},
        {"email": "eleni+other@aegean.example"},
        {"email": "eleni@aegean.example.evil.example"},
        {"email": ["eleni@aegean.example"]},
        {"email": "nobody@aegean.example"},
    ],
    ids=str,
)
def test_only_a_verified_address_that_was_invited_makes_somebody_that_agent(
    world: World, client: FlaskClient, issuer: Issuer, claims: dict[str, Any]
) -> None:
    agent_id = add_agent(world)
    answer = sign_in(client, issuer, **claims)
    assert answer.status_code == 401
    assert "Nobody here was invited" in answer.text
    assert nobody_is_in(world, answer)
    assert agent_row(world, agent_id).oidc_subject is None
    assert count(world, Agent) == 1


def test_an_address_that_an_agent_wrote_down_themselves_is_not_enough(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world, is_email_vouched=False)
    assert sign_in(client, issuer).status_code == 401


def test_whoever_has_the_address_next_is_not_the_agent(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world)
    assert sign_in(client, issuer).status_code == 303
    heir = world.app.test_client()
    answer = sign_in(heir, issuer, sub="subject-8")
    assert answer.status_code == 401
    assert count(world, Session) == 1


def test_who_was_shut_out_doesnt_come_in(world: World, client: FlaskClient, issuer: Issuer) -> None:
    add_agent(world, status=AgentStatus.DISABLED, oidc_subject=f"{issuer.address} subject-7")
    assert nobody_is_in(world, sign_in(client, issuer))


def test_somebody_of_several_workspaces_chooses(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world)
    add_agent(world, workspace_id=world.other_workspace_id)
    answer = sign_in(client, issuer)
    assert answer.status_code == 200
    assert "Baltic Goods" in answer.text
    assert count(world, Session) == 0


def test_a_state_works_once(world: World, client: FlaskClient, issuer: Issuer) -> None:
    add_agent(world)
    way_back = issuer.consent(begin(client))
    assert come_back(client, way_back).status_code == 303
    asked = len(issuer.calls)
    again = come_back(client, way_back)
    assert again.status_code == 401
    assert len(issuer.calls) == asked
    assert count(world, Session) == 1


def test_a_state_of_another_browser_is_refused(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world)
    way_back = issuer.consent(begin(client))
    victim = world.app.test_client()
    begin(victim)
    for stranger in (victim, world.app.test_client()):
        answer = come_back(stranger, way_back)
        assert answer.status_code == 401
        assert nobody_is_in(world, answer)
    assert "/token" not in issuer.calls
    assert come_back(client, way_back).status_code == 303


@pytest.mark.parametrize("state", ["", "guessed", "x" * 5000])
def test_a_state_that_was_guessed_is_refused(
    world: World, client: FlaskClient, issuer: Issuer, state: str
) -> None:
    add_agent(world)
    begin(client)
    answer = come_back(client, f"{CALLBACK}?code=x&state={state}&iss={issuer.address}")
    assert answer.status_code == 401
    assert "/token" not in issuer.calls


def test_a_state_that_is_late_is_refused(
    world: World, client: FlaskClient, issuer: Issuer, clock: SettableClock
) -> None:
    add_agent(world)
    way_back = issuer.consent(begin(client))
    clock.now += timedelta(minutes=10)
    answer = come_back(client, way_back)
    assert answer.status_code == 401
    assert "took too long" in answer.text
    assert nobody_is_in(world, answer)


@pytest.mark.parametrize("told", ["", "http://evil.example", None])
def test_an_answer_of_another_issuer_is_refused(
    world: World, client: FlaskClient, issuer: Issuer, told: str | None
) -> None:
    add_agent(world)
    way_back = issuer.consent(begin(client)).partition("&iss=")[0]
    answer = come_back(client, way_back if told is None else f"{way_back}&iss={told}")
    assert answer.status_code == 401
    assert "/token" not in issuer.calls


def test_a_code_of_another_sign_in_is_refused(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world)
    stolen = parse_qs(urlsplit(issuer.consent(begin(world.app.test_client()))).query)["code"][0]
    mine = parse_qs(urlsplit(issuer.consent(begin(client))).query)
    answer = come_back(
        client, f"{CALLBACK}?code={stolen}&state={mine['state'][0]}&iss={issuer.address}"
    )
    assert answer.status_code == 502
    assert nobody_is_in(world, answer)


def test_a_person_who_says_no_reads_a_sentence(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    answer = come_back(client, f"{CALLBACK}?error=access_denied&state={state}&iss={issuer.address}")
    assert answer.status_code in (401, 502)
    assert "Please try again" in answer.text or "Try again" in answer.text


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "http://127.0.0.1:1/"},
        {"token_endpoint": "ftp://id.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_provider_that_says_something_odd_is_not_used(
    world: World, client: FlaskClient, issuer: Issuer, discovery: dict[str, Any]
) -> None:
    issuer.discovery = discovery
    answer = get(client, "/sign-in/oidc")
    assert answer.status_code == 502
    assert "doesn&#39;t answer" in answer.text


def test_a_key_that_was_turned_is_read_again(
    world: World, client: FlaskClient, issuer: Issuer, other: RSAKey, clock: SettableClock
) -> None:
    add_agent(world)
    assert sign_in(client, issuer).status_code == 303
    issuer.key = other
    clock.now += timedelta(minutes=2)
    issuer.bend = _with(iat=THEN + 120, exp=THEN + 400)
    assert sign_in(world.app.test_client(), issuer).status_code == 303
    assert issuer.calls.count("/keys") == 2
    assert issuer.calls.count("/.well-known/openid-configuration") == 1


def test_forged_tokens_dont_have_the_keys_read_all_the_time(
    world: World, client: FlaskClient, issuer: Issuer, other: RSAKey
) -> None:
    add_agent(world)
    issuer.sign = lambda claims: signed(other, claims)
    for _ in range(4):
        assert sign_in(client, issuer).status_code == 401
    assert issuer.calls.count("/keys") == 1


def test_without_a_provider_there_is_no_such_page(tmp_path: Path) -> None:
    bare = build_world(tmp_path)
    client = bare.app.test_client()
    assert get(client, "/sign-in/oidc").status_code == 404
    assert get(client, f"{CALLBACK}?state=x&code=y").status_code == 404
    assert "oidc" not in get(client, "/sign-in").text
    bare.services.db.dispose()
    bare.services.inbox.dispose()


def test_a_provider_at_an_address_of_the_inner_net_is_not_called(tmp_path: Path) -> None:
    bare = build_world(
        tmp_path,
        OIDC_ISSUER="https://10.0.0.7",
        OIDC_CLIENT_ID=CLIENT_ID,
        OIDC_CLIENT_SECRET=CLIENT_SECRET,
    )
    answer = get(bare.app.test_client(), "/sign-in/oidc")
    assert answer.status_code == 502
    bare.services.db.dispose()
    bare.services.inbox.dispose()

"""What an ID token has to say, and who has to have signed it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import OctKey, RSAKey

from tests.integration.install.conftest import SettableClock
from tests.ui_embed.agents.oidc.issuer import (
    CLIENT_ID,
    CLIENT_SECRET,
    Issuer,
    signed,
    unsigned,
)
from tests.ui_embed.agents.oidc.way import nobody_is_in, sign_in
from tests.ui_embed.agents.people import add_agent, agent_row
from tests.ui_embed.world import NOW, World


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

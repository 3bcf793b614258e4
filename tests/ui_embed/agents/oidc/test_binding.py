"""Binding the provider's account to oneself, and giving up ways in: never the last one."""

from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from integration.agents.changing import OPERATOR
from integration.agents.invitations import invite
from integration.models import AgentDoor, Passkey
from tests.ui_embed.agents.oidc.issuer import Issuer
from tests.ui_embed.agents.oidc.way import come_back, sign_in
from tests.ui_embed.agents.people import (
    PASSWORD,
    add_agent,
    agent_row,
    change_agent,
    get,
    post,
    sessions,
    type_in,
)
from tests.ui_embed.sites import FOREIGN
from tests.ui_embed.world import NOW, World

OTHER = {"sub": "subject-9", "email": "private@elsewhere.example", "email_verified": False}
GONE = "/settings/me/oidc/delete"


@pytest.fixture
def browser(world: World, client: FlaskClient) -> FlaskClient:
    add_agent(world)
    type_in(client)
    return client


def _begin(browser: FlaskClient) -> str:
    answer = get(browser, "/settings/me/oidc")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def _bound(browser: FlaskClient, issuer: Issuer) -> TestResponse:
    return come_back(browser, issuer.consent(_begin(browser), **OTHER))


def _add_passkey(world: World, agent_id: int = 1) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.add(
            Passkey(
                agent_id=agent_id,
                credential_id=b"c",
                public_key=b"k",
                sign_count=0,
                name="Phone",
                created_at=NOW,
            )
        )


def test_whoever_is_in_binds_an_account_of_any_address(
    world: World, browser: FlaskClient, issuer: Issuer
) -> None:
    change_agent(world, 1, is_email_vouched=False)
    assert "Connect your account" in get(browser, "/settings/me").text
    answer = _bound(browser, issuer)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/me?done=oidc")
    assert agent_row(world, 1).oidc_subject == f"{issuer.address} subject-9"
    assert len(sessions(world)) == 1
    assert "is bound to you here" in get(browser, "/settings/me").text
    assert sign_in(world.app.test_client(), issuer, **OTHER).status_code == 303


def test_only_a_page_of_ours_begins_it(browser: FlaskClient, issuer: Issuer) -> None:
    for headers in (
        {name: FOREIGN[name] for name in FOREIGN if name != "Origin"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    ):
        assert get(browser, "/settings/me/oidc", headers).status_code == 403
    assert issuer.calls == []


def test_what_comes_back_to_another_browser_or_agent_binds_nobody(
    world: World, browser: FlaskClient, issuer: Issuer
) -> None:
    way_back = issuer.consent(_begin(browser), **OTHER)
    stranger = world.app.test_client()
    assert come_back(stranger, way_back).status_code == 401
    add_agent(world, email="jana@aegean.example")
    post(browser, "/sign-out")
    assert come_back(browser, way_back).status_code == 401
    way_back = issuer.consent(_resigned(browser), **OTHER)
    type_in(browser, email="jana@aegean.example")
    answer = come_back(browser, way_back)
    assert urlsplit(answer.headers.get("Location", "")).query != "done=oidc"
    assert [agent_row(world, each).oidc_subject for each in (1, 2)] == [None, None]


def _resigned(browser: FlaskClient) -> str:
    type_in(browser)
    return _begin(browser)


def test_a_colleagues_account_is_not_bound_twice(
    world: World, browser: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world, email="jana@aegean.example", oidc_subject=f"{issuer.address} {OTHER['sub']}")
    answer = _bound(browser, issuer)
    assert answer.headers["Location"] == "/settings/me?refused=oidc_taken"
    assert "colleague" in get(browser, answer.headers["Location"]).text
    assert agent_row(world, 1).oidc_subject is None


def test_one_that_is_bound_is_not_replaced_by_another(
    world: World, browser: FlaskClient, issuer: Issuer
) -> None:
    change_agent(world, 1, oidc_subject=f"{issuer.address} subject-1")
    assert _bound(browser, issuer).headers["Location"] == "/settings/me?refused=oidc_bound"
    assert agent_row(world, 1).oidc_subject == f"{issuer.address} subject-1"


def test_an_account_that_was_given_up_opens_nothing_by_its_address_either(
    world: World, browser: FlaskClient, issuer: Issuer
) -> None:
    sign_in(browser, issuer)
    assert post(browser, GONE).headers["Location"] == "/settings/me?done=no-oidc"
    assert agent_row(world, 1).oidc_subject is None
    assert sign_in(world.app.test_client(), issuer).status_code == 401
    assert post(browser, GONE).status_code == 404


def test_the_last_way_in_is_kept_whichever_it_is(
    world: World, browser: FlaskClient, issuer: Issuer
) -> None:
    page = get(browser, "/settings/me").text
    assert "Remove your password" not in page
    kept = post(browser, "/settings/me/password/delete", {"given-up": PASSWORD})
    assert (kept.status_code, agent_row(world, 1).password_hash is None) == (422, False)
    assert "last way in" in kept.text
    _add_passkey(world)
    wrong = post(browser, "/settings/me/password/delete", {"given-up": "not the one"})
    assert (wrong.status_code, "don&#39;t fit together" in wrong.text) == (422, True)
    gone = post(browser, "/settings/me/password/delete", {"given-up": PASSWORD})
    assert gone.headers["Location"] == "/settings/me?done=no-password"
    assert type_in(world.app.test_client()).status_code == 401
    last = post(browser, "/settings/me/passkeys/1/delete")
    assert (last.status_code, "last way in" in last.text) == (422, True)
    _bound(browser, issuer)
    assert post(browser, "/settings/me/passkeys/1/delete").status_code == 303
    left = post(browser, GONE)
    assert (left.status_code, "last way in" in left.text) == (422, True)
    assert agent_row(world, 1).oidc_subject is not None


def test_who_comes_by_a_stores_admin_may_give_up_all_the_others(
    world: World, browser: FlaskClient
) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.add(AgentDoor(agent_id=1, viewer="woocommerce-staff:7@1", created_at=NOW))
    done = post(browser, "/settings/me/password/delete", {"given-up": PASSWORD})
    assert done.status_code == 303


def test_an_account_of_a_provider_that_is_gone_is_no_way_in(
    world: World, browser: FlaskClient, issuer: Issuer
) -> None:
    change_agent(world, 1, oidc_subject=f"{issuer.address} subject-1")
    object.__setattr__(world.services.settings, "oidc_issuer", "")
    kept = post(browser, "/settings/me/password/delete", {"given-up": PASSWORD})
    assert (kept.status_code, "last way in" in kept.text) == (422, True)


def test_an_invitations_link_ends_once_they_came_in_by_the_provider(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        link = invite(
            session, email="eleni@aegean.example", name="", role="agent", by=OPERATOR, now=NOW
        )
    path = f"/invitations/{link.token}"
    assert get(world.app.test_client(), path).status_code == 200
    assert sign_in(client, issuer).status_code == 303
    assert get(world.app.test_client(), path).status_code == 404
    late = post(world.app.test_client(), path, {"name": "M", "password": "another ship at dawn"})
    assert late.status_code == 404
    assert agent_row(world, link.agent_id).password_hash is None

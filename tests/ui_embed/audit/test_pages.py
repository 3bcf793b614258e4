"""The audit as it is read: in words, narrowed, paged, as files, by whom."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.agents.directory import agent_of
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.models import ProfileView
from tests.ui_embed.agents.people import NEW, add_agent, get, post, type_in
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import FOREIGN, SAME
from tests.ui_embed.world import KEY, NOW, World


@pytest.fixture
def boss(world: World, client: FlaskClient) -> FlaskClient:
    """A browser of an owner, agent 1, Ελένη."""
    add_agent(world, role="owner")
    type_in(client)
    return client


def write(world: World, action: Action, **told: Any) -> None:
    workspace_id = told.pop("workspace_id", world.workspace_id)
    values = {"by": "agent:1", "now": NOW} | told
    with world.services.db.workspace(workspace_id, write=True) as session:
        record(session, action, **values)


def view(world: World, profile_id: int, **told: Any) -> None:
    row = {
        "profile_id": profile_id,
        "store_id": world.store_id,
        "viewer": "agent:1",
        "surface": "panel",
        "viewed_at": NOW,
        "conversation_id": None,
    } | told
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.add(ProfileView(**row))


def test_it_says_who_did_what_in_words(world: World, boss: FlaskClient) -> None:
    jana = add_agent(world, email=NEW, name="Jana")
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        door = f"woocommerce-staff:1@{world.store_id}"
        staff = agent_of(session, door, role="admin", locale=None, now=NOW)
    write(world, Action.AGENT_CHANGED, target=f"agent:{jana}", role="admin", before="agent")
    write(world, Action.STORE_CONNECTED, by="store", target=f"store:{world.store_id}")
    write(world, Action.JOIN_CODE_MADE, by=door)
    write(world, Action.API_KEY_MADE, by="command", target="api-key:1")
    page = get(boss, "/settings/audit").text
    for told in (
        "Changed an agent", "Jana", "Agent → Administrator", "Connected a store", "The store",
        "Made a code for one more store", staff.name, "Whoever runs Tillside", "Ελένη",
        "Signed in", "by password",
    ):  # fmt: skip
        assert told in page, told


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("agent=2", {"agent.disabled"}),
        ("action=agent", {"agent.disabled", "agent.invited"}),
        ("action=agent.invited", {"agent.invited"}),
        ("from=2026-11-22&action=agent", {"agent.invited"}),
        ("to=2026-11-21&action=agent", {"agent.disabled"}),
        ("from=2026-11-23", set()),
    ],
)
def test_it_is_narrowed(world: World, boss: FlaskClient, query: str, kept: set[str]) -> None:
    add_agent(world, email=NEW, name="Jana")
    write(world, Action.AGENT_INVITED)
    write(world, Action.AGENT_DISABLED, by="agent:2", now=NOW - timedelta(days=1))
    told = get(boss, f"/api/v1/audit?{query}").get_json()
    assert {each["action"] for each in told["entries"]} - {"session.signed_in"} == kept
    assert get(boss, f"/settings/audit?{query}").status_code == 200


@pytest.mark.parametrize("query", ["agent=x", "action=dance", "from=soon", "before=-1", "to=99999"])
def test_what_cant_be_read_is_said(boss: FlaskClient, query: str) -> None:
    page = get(boss, f"/settings/audit?{query}")
    assert page.status_code == 400
    assert "can't read what is asked" in page.text
    assert get(boss, f"/api/v1/audit?{query}").status_code == 400


def test_it_is_paged_by_a_cursor(world: World, boss: FlaskClient) -> None:
    for _ in range(60):
        write(world, Action.JOIN_CODE_MADE)
    first = get(boss, "/api/v1/audit").get_json()
    second = get(boss, f"/api/v1/audit?before={first['next']}").get_json()
    ids = [each["id"] for each in (*first["entries"], *second["entries"])]
    assert len(ids) == len(set(ids)) == 61
    assert second["next"] is None
    assert f"before={first['next']}" in get(boss, "/settings/audit").text


def test_another_workspaces_deeds_are_nowhere(world: World, boss: FlaskClient) -> None:
    write(world, Action.JOIN_CODE_MADE, workspace_id=world.other_workspace_id)
    for path in ("/api/v1/audit", "/settings/audit/export?form=jsonl"):
        assert "join_code" not in get(boss, path).text
    assert '"row-name">Made a code' not in get(boss, "/settings/audit").text
    write(world, Action.JOIN_CODE_MADE)
    assert '"row-name">Made a code' in get(boss, "/settings/audit").text


def test_a_table_runs_no_formula_and_is_itself_written_down(
    world: World, boss: FlaskClient
) -> None:
    add_agent(world, email=NEW, name="=HYPERLINK(1)")
    write(world, Action.AGENT_DISABLED, target="agent:2", by="agent:2")
    answer = get(boss, "/settings/audit/export?form=csv&action=agent")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["actor_name"] for row in rows] == ["'=HYPERLINK(1)"]
    assert rows[0]["target_name"] == "'=HYPERLINK(1)"
    newest = get(boss, "/api/v1/audit").get_json()["entries"][0]
    assert (newest["action"], newest["details"]) == (
        "audit.exported", {"what": "deeds", "form": "csv"},
    )  # fmt: skip


def test_json_lines_hold_a_deed_each(world: World, boss: FlaskClient) -> None:
    write(world, Action.JOIN_CODE_MADE)
    answer = get(boss, "/settings/audit/export?form=jsonl")
    told = [json.loads(line) for line in answer.data.splitlines()]
    assert [each["action"] for each in told] == [
        "audit.exported", "store.join_code_made", "session.signed_in",
    ]  # fmt: skip
    assert get(boss, "/settings/audit/export?form=xml").status_code == 400


def test_only_our_page_takes_it_out(world: World, boss: FlaskClient) -> None:
    answer = get(boss, "/settings/audit/export?form=csv", FOREIGN)
    assert answer.status_code in (401, 403)


def test_only_owners_and_administrators_read_it(world: World, client: FlaskClient) -> None:
    add_agent(world, role="agent")
    type_in(client)
    paths = ("/settings/audit", "/settings/audit/export", "/settings/audit/views",
             "/settings/audit/views/export", "/api/v1/audit")  # fmt: skip
    for path in paths:
        assert get(client, path).status_code == 403, path
    key = {"Authorization": f"Bearer {KEY}", **SAME}
    assert world.app.test_client().get("/api/v1/audit", headers=key).status_code == 403


def test_views_name_who_looked_at_whom_and_who_is_erased(world: World, boss: FlaskClient) -> None:
    add_person(world)
    view(world, 1)
    view(world, 999, viewer="shopify-staff:42")
    view(world, 1, viewer="api-key:1", surface="api", conversation_id=7)
    page = get(boss, "/settings/audit/views").text
    assert 'href="/profiles/1"' in page
    assert "erased" in page
    assert "Staff 42" in page
    assert "A program" in page
    assert get(boss, "/settings/audit/views?agent=1").text.count('class="setup-row"') == 1
    assert get(boss, "/settings/audit/views?profile=999").text.count('class="setup-row"') == 1
    assert get(boss, "/settings/audit/views?conversation=7").text.count('class="setup-row"') == 1
    assert "Nobody did that." in get(boss, "/settings/audit/views?from=2027-01-01").text
    out = get(boss, "/settings/audit/views/export?form=jsonl&profile=1")
    told = [json.loads(line) for line in out.data.splitlines()]
    assert [(each["profile_id"], each["is_erased"]) for each in told] == [("1", False)] * 2
    assert "person" not in told[0]


def test_no_secret_and_no_customer_stands_in_it(world: World, boss: FlaskClient) -> None:
    add_person(world)
    canary = "canary-4711-secret"
    post(boss, "/settings/me/password", {
        "email": "eleni@aegean.example", "former": "blue boats at noon", "password": canary,
    })  # fmt: skip
    post(
        boss, "/settings/agents", {"email": f"{canary}@x.example", "name": canary, "role": "agent"}
    )
    post(boss, "/settings/inbox/channels/new/phone", {"name": canary, "do": "keep"})
    post(boss, "/settings/inbox/answers/new", {
        "name": canary, "shortcut": "c", "text_en": canary, "do": "keep",
    })  # fmt: skip
    type_in(world.app.test_client(), password=canary + "x")
    for part in ("search=Dimitra", "search=dimitra@example.gr"):
        get(boss, f"/panel?{part}")
    with world.services.db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT actor, action, target, details FROM audit_events")
        written = repr(rows.all())
    assert len(written) > 100
    for word in (canary, "tsi_", "imitra"):
        assert word not in written

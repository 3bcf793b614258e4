"""The merchant's pages of privacy: what waits, what can be done, by whom, and what proves it."""

import hashlib
import html
import io
import zipfile
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.models import AuditEvent, ProfileView, RetentionRule
from integration.privacy.exports.data_requests import prepare_exports
from tests.integration.install.conftest import SettableClock
from tests.ui_embed.agents.people import NEW, add_agent, get, post, type_in
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.privacy.asked import (
    ROOT,
    add_receipts,
    add_request,
    ask_data,
    ask_erasure,
    change_request,
    request_row,
)
from tests.ui_embed.profile_client import words_of
from tests.ui_embed.sites import FOREIGN
from tests.ui_embed.world import NOW, World


@pytest.fixture
def boss(world: World, client: FlaskClient) -> FlaskClient:
    """A browser of an owner, in a workspace that knows Dimitra."""
    object.__setattr__(world.services, "now", SettableClock(NOW))
    add_person(world)
    add_agent(world, role="owner")
    type_in(client)
    return client


@pytest.fixture
def admin(world: World, boss: FlaskClient) -> FlaskClient:
    """A browser of an administrator."""
    add_agent(world, email=NEW, name="Jana", role="admin")
    theirs = world.app.test_client()
    type_in(theirs, NEW)
    return theirs


def shown(client: FlaskClient, path: str = "") -> str:
    page = get(client, f"{ROOT}{path}")
    assert page.status_code == 200, page.status_code
    return html.unescape(words_of(page.text))


def test_with_nothing_asked_it_says_so(boss: FlaskClient) -> None:
    page = shown(boss)
    for told in ("Nothing waits.", "None yet", "Who looked at whom", "Resolved conversations",
                 "2 years", "90 days", "as long as the store has them"):  # fmt: skip
        assert told in page, told
    assert "Only an owner" not in page


def test_agents_see_nothing_and_administrators_erase_nobody(
    world: World, boss: FlaskClient, admin: FlaskClient
) -> None:
    add_agent(world, email="third@aegean.example")
    agent = world.app.test_client()
    type_in(agent, "third@aegean.example")
    number = ask_erasure(world)
    for path in ("", f"/person?email={EMAIL}", "/receipts", "/receipts/1", "/retention/visits"):
        assert get(agent, f"{ROOT}{path}").status_code == 403, path
    erasing = {"email": EMAIL, "typed": EMAIL}
    for path, fields in (
        ("/erasure", erasing), (f"/requests/{number}/now", {}), (f"/requests/{number}/stop", {}),
        ("/retention/visits", {"days": "1", "do": "keep"}),
    ):  # fmt: skip
        assert post(admin, f"{ROOT}{path}", fields).status_code == 403, path
        assert post(agent, f"{ROOT}{path}", fields).status_code == 403, path
    assert "Only an owner" in shown(admin)
    assert "Erase in 24 hours" not in shown(admin, f"/person?email={EMAIL}")
    assert request_row(world, number).state == "waiting"


def test_no_crowd_of_requests_lets_an_administrator_take_an_erasure_back(
    world: World, boss: FlaskClient, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind as many as the page shows, an erasure is the owner's as well."""
    monkeypatch.setattr("integration.privacy.requests.overview._MOST_OPEN", 1)
    theirs = ask_data(world)
    number = ask_erasure(world)
    assert post(admin, f"{ROOT}/requests/{number}/stop").status_code == 403
    assert request_row(world, number).state == "waiting"
    assert post(admin, f"{ROOT}/requests/{theirs}/stop").status_code == 303


def test_what_is_held_is_seen_before_anything_happens(world: World, boss: FlaskClient) -> None:
    page = shown(boss, f"/person?email={EMAIL.upper()}")
    for told in ("Δήμητρα", "Orders", "Make the file", "Erase in 24 hours", EMAIL):
        assert told in page, told
    assert page == shown(boss, f"/person?email={EMAIL}")
    by_profile = shown(boss, "/person?profile=1")
    assert "To erase, type" in by_profile
    assert "Nothing. You can tell them so." in shown(boss, "/person?email=nobody@x.example")
    odd = get(boss, f"{ROOT}/person?email=nobody")
    assert odd.status_code == 422
    assert "isn&#39;t an e-mail address" in odd.text or "isn't an e-mail address" in odd.text
    assert get(boss, f"{ROOT}/person?profile=999").status_code == 404


def test_who_is_shown_what_is_held_of_a_person_looked_at_them(
    world: World, boss: FlaskClient
) -> None:
    shown(boss, f"/person?email={EMAIL}")
    shown(boss, "/person?email=nobody@x.example")
    with world.services.db.workspace(world.workspace_id) as session:
        seen = session.execute(select(ProfileView)).scalars().all()
    assert [(each.profile_id, each.surface) for each in seen] == [(1, "privacy")]


def test_data_is_asked_for_made_ready_fetched_and_proved(world: World, boss: FlaskClient) -> None:
    answer = post(boss, f"{ROOT}/data", {"email": EMAIL})
    assert answer.headers["Location"].endswith("done=data")
    assert "being made ready" in shown(boss)
    number = ask_data(world, ready=False)
    change_request(world, number, state="done")
    prepare_exports(world.services)
    page = shown(boss)
    assert "ready to fetch" in page
    assert "Fetch (" in page
    assert post(boss, f"{ROOT}/exports/1", headers=FOREIGN).status_code in (401, 403)
    file = post(boss, f"{ROOT}/exports/1")
    assert file.headers["Content-Type"] == "application/zip"
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert file.headers["Cache-Control"] == "no-store"
    assert "data.json" in zipfile.ZipFile(io.BytesIO(file.data)).namelist()
    after = shown(boss)
    assert "handed out" in after
    assert "A person's data was handed out" in after
    assert get(boss, f"{ROOT}/exports/1").status_code == 405


def test_an_expired_file_is_said_and_made_again(world: World, boss: FlaskClient) -> None:
    number = ask_data(world, ready=True)
    world.services.now.now = NOW + timedelta(days=8)  # type: ignore[attr-defined]
    assert "the file has expired" in shown(boss)
    gone = post(boss, f"{ROOT}/exports/1")
    assert gone.status_code == 410
    assert "has expired" in gone.text
    assert post(boss, f"{ROOT}/requests/{number}/again").status_code == 303
    assert request_row(world, number).state == "waiting"


def test_an_erasure_is_typed_waits_and_is_taken_back(world: World, boss: FlaskClient) -> None:
    wrong = post(boss, f"{ROOT}/erasure", {"email": EMAIL, "typed": "yes"})
    assert wrong.status_code == 422
    assert "Type it exactly" in wrong.text
    assert "Nothing waits." in shown(boss)
    assert post(boss, f"{ROOT}/erasure", {"email": EMAIL, "typed": EMAIL}).status_code == 303
    page = shown(boss)
    for told in ("Erase a person", EMAIL, "due in 30 days", "begins in 1 day", "Take it back",
                 "asked here by Ελένη"):  # fmt: skip
        assert told in page, told
    assert post(boss, f"{ROOT}/requests/1/stop").headers["Location"].endswith("done=stopped")
    assert "taken back" in shown(boss)
    again = post(boss, f"{ROOT}/requests/1/stop")
    assert again.status_code == 409
    assert "nothing was changed" in again.text


def test_an_erasure_begins_at_once_where_the_owner_says_so(world: World, boss: FlaskClient) -> None:
    ask_erasure(world)
    assert post(boss, f"{ROOT}/requests/1/now").status_code == 303
    page = shown(boss)
    assert "being done now" in page
    assert "Take it back" not in page


def test_deadlines_timers_and_lateness_are_told(world: World, boss: FlaskClient) -> None:
    add_request(world, not_before=NOW + timedelta(hours=47))
    late = add_request(
        world, source="store", kind="customer_redact", due_at=NOW - timedelta(days=2)
    )
    page = shown(boss)
    for told in ("Erase a store's copy", "the store left", "unless it returns", "due in 27 days",
                 "1 request is late", "was due 2 days ago", "asked by the store"):  # fmt: skip
        assert told in page, told
    change_request(world, late, state="done", outcome="nothing_held", finished_at=NOW)
    assert "nothing was held" in shown(boss)


def test_another_workspaces_requests_are_nowhere(world: World, boss: FlaskClient) -> None:
    number = add_request(
        world, workspace_id=world.other_workspace_id, store_id=world.other_store_id,
        store_hint="baltic.myshopify.com",
    )  # fmt: skip
    assert "baltic" not in shown(boss)
    for deed in ("stop", "now", "again"):
        assert post(boss, f"{ROOT}/requests/{number}/{deed}").status_code == 404, deed


def test_receipts_hang_together_and_can_be_checked_by_anybody(
    world: World, boss: FlaskClient
) -> None:
    add_receipts(world, 60)
    assert "All receipts" in shown(boss)
    listed = shown(boss, "/receipts")
    assert "Older" in listed
    assert "Receipt 10 ·" in shown(boss, "/receipts?before=11")
    assert "7 orders" in shown(boss, "/receipts/7")
    for odd in ("61", "0", "x"):
        assert get(boss, f"{ROOT}/receipts/{odd}").status_code == 404
    chain = get(boss, f"{ROOT}/receipts.json").get_json()
    previous = bytes(32)
    for each in chain["receipts"]:
        assert bytes.fromhex(each["previous"]) == previous
        previous = hashlib.sha256(previous + each["body"].encode()).digest()
        assert each["digest"] == previous.hex()
    assert len(chain["receipts"]) == 60


def test_a_time_is_previewed_chosen_and_set_back(world: World, boss: FlaskClient) -> None:
    assert "Between" not in shown(boss, "/retention/visits")
    for typed in ("x", "-1", "0", "366"):
        answer = post(boss, f"{ROOT}/retention/visits", {"days": typed, "do": "keep"})
        assert answer.status_code == 422, typed
    previewed = post(boss, f"{ROOT}/retention/audit_events", {"days": "400", "do": "preview"})
    assert "Nothing would go now" in previewed.text
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.add(AuditEvent(at=NOW - timedelta(days=500), actor="agent:1",
                               action="session.signed_in", details={}))  # fmt: skip
    previewed = post(boss, f"{ROOT}/retention/audit_events", {"days": "400", "do": "preview"})
    assert "1 would go with the next night" in previewed.text
    with world.services.db.workspace(world.workspace_id) as session:
        old = select(func.count()).where(AuditEvent.at < NOW - timedelta(days=400))
        assert session.execute(old).scalar_one() == 1
        assert session.execute(select(RetentionRule)).first() is None
    kept = post(boss, f"{ROOT}/retention/audit_events", {"days": "400", "do": "keep"})
    assert kept.status_code == 303
    assert "chosen by Ελένη" in shown(boss)
    assert post(boss, f"{ROOT}/retention/audit_events", {"do": "reset"}).status_code == 303
    assert "chosen by" not in shown(boss)


def test_what_is_kept_for_good_is_chosen_where_that_may_be(world: World, boss: FlaskClient) -> None:
    path = f"{ROOT}/retention/conversations"
    assert post(boss, path, {"days": "90", "do": "keep"}).status_code == 303
    assert post(boss, path, {"forever": "1", "do": "keep"}).status_code == 303
    for name in ("store_copy", "nothing"):
        assert get(boss, f"{ROOT}/retention/{name}").status_code == 404


def test_persons_and_settings_lead_there(world: World, boss: FlaskClient) -> None:
    assert f'href="{ROOT}/person?profile=1"' in get(boss, "/profiles/1").text
    assert f'href="{ROOT}"' in get(boss, "/settings/inbox").text

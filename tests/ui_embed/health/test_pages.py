"""A store's health as its page and the API tell it, and the button that compares."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from integration.crm.stores import workspace_of
from integration.models import Store, StoreSync
from tests.factories.health_rows import add_alarm, add_comparison
from tests.ui_embed import health_story
from tests.ui_embed.sites import FOREIGN, SAME
from tests.ui_embed.world import NOW, OTHER_DOMAIN, World, change_store

SCRIPT = {"HX-Request-Type": "partial", "HX-Request": "true"}


def _page(world: World, client: FlaskClient, query: str = "") -> str:
    there = f"/settings/stores/{world.store_id}{query}"
    answer = client.get(there, headers={**world.bearer(), "Accept-Language": "en-GB"})
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def _texts(page: str) -> str:
    """The page without its marks."""
    out, inside = [], False
    for character in page:
        if character in "<>":
            inside = character == "<"
        elif not inside:
            out.append(character)
    return " ".join("".join(out).split())


def test_the_page_answers_first_and_says_what_proves_it(world: World, client: FlaskClient) -> None:
    health_story.three_days(world)
    page = _page(world, client)
    words = _texts(page)
    # The store's zone is two hours ahead.
    assert "Every order up to 13:55 is here." in words
    assert (
        "Webhooks missed 3 changes in 30 days. All were put right, the latest 14 minutes late."
        in words
    )
    assert page.index('id="answer"') < page.index('id="hours"') < page.index('id="ledger"')
    assert 'title="22 November 2026, 13:55:00 EET"' in page
    assert page.count('id="comparison-') == 30
    assert 'class="notice' not in page


def test_a_young_ledger_says_since_when(world: World, client: FlaskClient) -> None:
    health_story.first_hours(world)
    assert "Webhooks missed nothing since 12:54." in _texts(_page(world, client))


def test_what_the_store_does_not_show_is_not_claimed(world: World, client: FlaskClient) -> None:
    change_store(world.services, world.store_id, complete_from=NOW - timedelta(days=60))
    assert "Every order from 23 Sept up to 13:55 is here." in _texts(_page(world, client))


def test_what_could_not_be_put_right_is_said(world: World, client: FlaskClient) -> None:
    at = NOW - timedelta(minutes=9)
    place = (world.workspace_id, world.store_id)
    add_comparison(world.services, *place, at, missing=3, repaired=2, latest_seconds=60)
    words = _texts(_page(world, client))
    assert "Webhooks missed 3 changes since 13:55. 2 were put right; the rest is tried" in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "reauthorize"}, "The store ended our access. Nothing new comes in."),
        ({"backfill_state": "running"}, "4,512 of 4,512 records are here."),
        ({"backfill_state": "failed"}, "Reading the store stopped."),
        ({"complete_until": None}, "Every order we read is here. Nothing has been compared yet."),
        ({"error": "no answer in time"}, "Since then the store doesn't answer us."),
        (
            {"complete_until": NOW - timedelta(hours=2)},
            "they weren't compared with the store yet.",
        ),
    ],
)
def test_a_state_that_is_not_well_is_said_first(
    world: World, client: FlaskClient, changes: dict[str, object], words: str
) -> None:
    change_store(world.services, world.store_id, **changes)
    assert words in _texts(_page(world, client)).replace("&#39;", "'")


def test_a_store_that_left_keeps_its_page(world: World, client: FlaskClient) -> None:
    gone = {"status": "disconnected", "status_reason": "disconnected", "connected_at": NOW}
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        store = Store(
            platform="shopify",
            domain="gone.myshopify.com",
            name="<b>Gone</b>",
            data_key=b"",
            created_at=NOW,
            **gone,
        )
        session.add(store)
        session.flush()
        session.add(StoreSync(store_id=store.id, backfill_state="done", complete_until=NOW))
        store_id = store.id
    place = (world.workspace_id, store_id)
    add_comparison(world.services, *place, NOW - timedelta(days=2))
    add_alarm(world.services, *place, NOW - timedelta(days=2))
    page = client.get(f"/settings/stores/{store_id}", headers=world.bearer()).text
    assert "Disconnected. Nothing new comes in." in page
    assert "&lt;b&gt;Gone" in page
    assert "Connect again" in page
    assert 'id="comparison-' in page
    for absent in ('class="notice', 'id="compare"', "<b>Gone", "is here."):
        assert absent not in page


def test_alarms_are_explained_and_older_ones_kept(world: World, client: FlaskClient) -> None:
    place = (world.workspace_id, world.store_id)
    hour = timedelta(hours=1)
    add_alarm(world.services, *place, NOW - hour, code="mass_deletion", message="x")
    add_alarm(world.services, *place, NOW - hour, code="subscriptions_dead", cleared_at=NOW)
    add_alarm(world.services, *place, NOW - 900 * hour, code="foreign_store", message="old")
    page = _page(world, client)
    assert 'id="trouble-mass-deletion"' in page
    assert "stores reconcile aegean.myshopify.com --accept-deletions</code>" in page
    assert 'id="trouble-subscriptions-dead"' not in page
    assert "The store&#39;s webhooks were dead" in page
    assert "Something was refused" not in page


def test_a_request_for_privacy_that_runs_late_is_told_and_the_copy_is_no_less_true(
    world: World, client: FlaskClient
) -> None:
    place = (world.workspace_id, world.store_id)
    before = re.findall(r'<section class="card verdict \w+"', _page(world, client))
    details = {"request_id": "1", "percent": 50}
    add_alarm(world.services, *place, NOW, code="privacy_due", message="x", details=details)
    page = _page(world, client)
    assert 'class="notice warn" id="trouble-privacy-due"' in page
    assert "runs out of time" in page
    assert re.findall(r'<section class="card verdict \w+"', page) == before


def test_webhooks_that_stopped_are_missed_since_the_first_change(
    world: World, client: FlaskClient
) -> None:
    place = (world.workspace_id, world.store_id)
    details = {"missed": 3, "oldest_missed_at": "2026-11-22T09:30:00+00:00"}
    add_alarm(world.services, *place, NOW, details=details)
    page = _page(world, client)
    assert "The store has had changes since 11:30 of which no webhook told us." in _texts(page)
    assert '<section class="card verdict warn"' in page


def test_older_comparisons_come_as_rows(world: World, client: FlaskClient) -> None:
    health_story.three_days(world)
    told = client.get(f"/api/v1/stores/{world.store_id}/health", headers=world.bearer()).json
    there = f"/settings/stores/{world.store_id}/comparisons"
    answer = client.get(f"{there}?cursor={told['next']}", headers=world.bearer())
    assert answer.text.count('id="comparison-') == 13
    assert "<html" not in answer.text
    assert client.get(there, headers=world.bearer()).status_code == 400
    assert client.get(f"{there}?cursor=x", headers=world.bearer()).status_code == 400


def test_the_button_has_a_worker_compare_once(world: World, client: FlaskClient) -> None:
    there = f"/settings/stores/{world.store_id}/compare"
    assert client.get(there, headers=world.bearer()).status_code == 405
    assert client.post(there).status_code == 401
    for _ in range(2):
        answer = client.post(there, headers={**world.bearer(), **SCRIPT})
        assert answer.status_code == 200
        assert "We are comparing with the store." in answer.text
    waiting = world.services.jobs.waiting  # type: ignore[attr-defined]
    (job,) = waiting
    assert job == (
        "sync.refresh",
        {
            "workspace_id": world.workspace_id,
            "store_id": world.store_id,
            "source": "reconcile",
            "asked_by": "person",
        },
    )


def test_the_page_tells_what_the_comparison_that_was_asked_for_found(
    world: World, client: FlaskClient
) -> None:
    asked = f"?asked={int(NOW.timestamp()) - 5}"
    assert "We are comparing with the store." in _page(world, client, asked)
    place = (world.workspace_id, world.store_id)
    at = NOW - timedelta(seconds=4)
    add_comparison(world.services, *place, at, missing=1, repaired=1, latest_seconds=60)
    page = _page(world, client, asked)
    assert "Compared just now: 1 change was missing and is put right." in page
    for nonsense in ("?asked=x", f"?asked={int(NOW.timestamp()) - 9999}", "?asked="):
        assert "Compared just now" not in _page(world, client, nonsense)


def test_what_cannot_be_read_is_not_claimed_to_be_here(world: World, client: FlaskClient) -> None:
    place = (world.workspace_id, world.store_id)
    for number in (1, 2):
        add_alarm(world.services, *place, NOW, code="record_unreadable", message=f"order {number}")
    words = _texts(_page(world, client))
    assert "All but 2 records up to 13:55 are here." in words
    assert "Every order up to" not in words


def test_an_agent_is_shown_how_deletions_are_accepted_and_can_not_do_it(
    world: World, client: FlaskClient
) -> None:
    health_story.troubles(world)
    page = _page(world, client)
    assert "812 orders are gone from the store at once" in page
    assert "accept-deletions</code>" in page
    there = f"/settings/stores/{world.store_id}/accept-deletions"
    assert there not in page
    assert client.post(there, headers=world.bearer()).status_code == 403
    assert world.services.jobs.waiting == []  # type: ignore[attr-defined]


def test_the_owner_accepts_deletions_by_a_button(world: World, owner: FlaskClient) -> None:
    store_id = int(
        owner.get("/api/v1/stores", headers=SAME).json["stores"][0]["id"]  # type: ignore[index]
    )
    workspace_id = workspace_of(world.services, store_id)
    add_alarm(world.services, workspace_id, store_id, NOW, code="mass_deletion")
    page = owner.get(f"/settings/stores/{store_id}", headers=SAME).text
    there = f"/settings/stores/{store_id}/accept-deletions"
    assert f'action="{there}"' in page
    assert owner.post(there, headers=FOREIGN).status_code in (401, 403)
    world.services.jobs.waiting.clear()  # type: ignore[attr-defined]
    answer = owner.post(there, headers=SAME)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/settings/stores/{store_id}?asked=")
    assert world.services.jobs.waiting == [  # type: ignore[attr-defined]
        (
            "reconciliation.whole",
            {
                "workspace_id": workspace_id,
                "store_id": store_id,
                "asked_by": "person",
                "accept_deletions": True,
            },
        )
    ]


def test_a_store_that_is_not_read_is_not_compared(world: World, client: FlaskClient) -> None:
    change_store(world.services, world.store_id, backfill_state="running")
    there = f"/settings/stores/{world.store_id}"
    assert 'id="compare"' not in _page(world, client)
    client.post(f"{there}/compare", headers={**world.bearer(), **SCRIPT})
    assert world.services.jobs.waiting == []  # type: ignore[attr-defined]


def test_anothers_store_is_as_unknown_as_none(world: World, client: FlaskClient) -> None:
    for store_id in (world.other_store_id, "999", "x", "9" * 30):
        for path in ("", "/comparisons?cursor=5-5"):
            answer = client.get(f"/settings/stores/{store_id}{path}", headers=world.bearer())
            assert answer.status_code == 404, (store_id, path)
        there = f"/settings/stores/{store_id}/compare"
        assert client.post(there, headers=world.bearer()).status_code == 404
        answer = client.get(f"/api/v1/stores/{store_id}/health", headers=world.bearer())
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")
    assert world.services.jobs.waiting == []  # type: ignore[attr-defined]
    other = f"/api/v1/stores/{world.store_id}/health"
    assert client.get(other, headers=world.bearer(OTHER_DOMAIN)).status_code == 404


def test_the_api_tells_the_same(world: World, client: FlaskClient) -> None:
    health_story.three_days(world)
    there = f"/api/v1/stores/{world.store_id}/health"
    told = client.get(there, headers=world.bearer()).json
    assert told["store"]["freshness"]["complete_until"] == "2026-11-22T11:55:00Z"
    assert (told["sums"]["missed"], told["sums"]["repaired"]) == (3, 3)
    assert (len(told["hours"]), len(told["comparisons"])) == (72, 30)
    older = client.get(f"{there}?cursor={told['next']}", headers=world.bearer()).json
    assert (len(older["comparisons"]), older["next"]) == (13, None)
    assert client.get(f"{there}?cursor=x", headers=world.bearer()).status_code == 400
    assert client.get(there).status_code == 401


def test_each_store_leads_to_its_health(world: World, client: FlaskClient) -> None:
    page = client.get("/settings/stores", headers=world.bearer()).text
    assert f'href="/settings/stores/{world.store_id}"' in page

"""The pages of canned answers and rules, and what holds for all of these pages."""

import pytest
from flask.testing import FlaskClient

from integration.conversations.answers.canned import list_canned
from integration.conversations.inbox_settings import inbox_settings
from integration.conversations.routing.saved_rules import list_rules
from integration.models.vocabulary import Role
from tests.factories.conversations import make_agent, make_channel
from tests.ui_embed.inbox_settings.asked import ROOT, get, post, read
from tests.ui_embed.profile_client import PART, words_of
from tests.ui_embed.sites import sign_in
from tests.ui_embed.world import World

RULE = {"name": "Refunds", "is_on": "1", "words": "refund, money back", "give": "all"}
ANSWER = {
    "name": "Tracking",
    "shortcut": "/Tracking",
    "text_en": "Hello {{customer.first_name|there}}, follow it: {{order.tracking_link}}",
    "text_el": "Γεια σας {{customer.first_name}}",
    "do": "keep",
}
EVERY_PAGE = (
    "",
    "/channels",
    "/answers",
    "/answers/new",
    "/rules",
    "/rules/new",
    "/hours",
    "/targets",
    "/automatic",
    "/reasons",
)
EVERY_DEED = (
    "/answers/new",
    "/answers/1",
    "/answers/1/remove",
    "/rules",
    "/rules/new",
    "/rules/1",
    "/rules/1/up",
    "/hours",
    "/targets",
    "/automatic",
    "/reasons",
)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_stands_with_nothing_set(admin: FlaskClient, path: str) -> None:
    page = get(admin, path)
    assert page.status_code == 200
    assert 'data-section="settings"' in page.text


@pytest.mark.parametrize("role", [Role.AGENT, Role.READ_ONLY])
def test_others_look_and_change_nothing(world: World, client: FlaskClient, role: Role) -> None:
    sign_in(world, client, role=role, viewer="shopify-staff:9")
    for path in EVERY_PAGE:
        page = get(client, path)
        assert page.status_code == 200, path
        assert "Owners and admins can change them." in page.text, path
        assert 'class="main"' not in page.text, path
    for path in EVERY_DEED:
        assert post(client, path, RULE | ANSWER | {"new": "x"}).status_code == 403, path
    assert read(world, list_rules) == read(world, list_canned) == ()


def test_staff_without_a_word_of_ours_are_agents(world: World, client: FlaskClient) -> None:
    for path in ("/rules/new", "/reasons", "/hours"):
        answer = client.post(f"{ROOT}{path}", data=RULE, headers=world.bearer())
        assert answer.status_code == 403


def test_an_answer_is_kept_previewed_changed_removed_and_back(
    world: World, admin: FlaskClient
) -> None:
    previewed = post(admin, "/answers/new", ANSWER | {"do": "preview"}).text
    assert "Hello Dimitra, follow it: https://track.example/4711" in previewed
    assert read(world, list_canned) == ()
    assert post(admin, "/answers/new", ANSWER).headers["Location"] == f"{ROOT}/answers"
    (held,) = read(world, list_canned)
    assert (held.shortcut, held.name, set(held.texts)) == ("tracking", "Tracking", {"en", "el"})
    assert "/tracking" in get(admin, "/answers").text
    assert "No canned answer has these words." in get(admin, "/answers?search=zebra").text
    changed = ANSWER | {"name": "Parcel", "version": str(held.version), "text_el": ""}
    assert post(admin, f"/answers/{held.id}", changed).status_code == 303
    late = post(admin, f"/answers/{held.id}", changed | {"name": "Late"})
    assert (late.status_code, "Somebody changed this answer meanwhile" in late.text) == (422, True)
    gone = post(admin, f"/answers/{held.id}/remove", {}, PART)
    assert "was removed." in words_of(gone.text)
    assert 'name="text_en" value="Hello {{customer.first_name|there}}' in gone.text
    assert read(world, list_canned) == ()
    assert get(admin, f"/answers/{held.id}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"shortcut": "two words"}, "shortcut"),
        ({"text_en": "", "text_el": ""}, "texts"),
        ({"text_en": "{{customer.password}}"}, "texts"),
        ({"store_id": "999"}, "all"),
        ({"text_123456": "x"}, "texts"),
    ],
)
def test_an_answer_that_cant_be_kept_says_why_beside_the_field(
    world: World, admin: FlaskClient, changes: dict[str, str], field: str
) -> None:
    answer = post(admin, "/answers/new", ANSWER | changes)
    assert answer.status_code == 422
    assert f'id="why-{field}"' in answer.text
    assert read(world, list_canned) == ()


def test_a_rule_is_kept_moved_switched_removed_and_back(world: World, admin: FlaskClient) -> None:
    agent = make_agent(world.services.db, world.workspace_id, "Noa")
    channel = make_channel(world.services.db, world.workspace_id, ring=world.services.keyring)
    assert post(admin, "/rules/new", RULE).status_code == 303
    second = {
        "name": "Big orders",
        "is_on": "1",
        "kinds": ["email", "chat"],
        "channels": [str(channel)],
        "languages": ["el"],
        "tags": "vip",
        "order_at_least": "1000,50",
        "order_at_least_currency": "EUR",
        "give": str(agent),
        "put_tags": "big",
    }
    assert post(admin, "/rules/new", second).status_code == 303
    first, big = read(world, list_rules)
    assert first.conditions == {"words": ["refund", "money back"]}
    assert first.actions == {"round_robin": "all"}
    assert big.conditions == {
        "channels": [channel],
        "kinds": ["email", "chat"],
        "languages": ["el"],
        "tags": ["vip"],
        "order_at_least": {"minor": 100_050, "currency": "EUR"},
    }
    assert big.actions == {"assign_agent": agent, "tags": ["big"]}
    words = words_of(get(admin, "/rules").text)
    for each in (
        "Order worth at least: €1,000.50",
        "Give it to: Noa",
        "Words: refund , money back",
    ):
        assert each in words, words
    moved = post(admin, f"/rules/{big.id}/up", {}, PART)
    assert "autofocus" in moved.text
    assert [each.name for each in read(world, list_rules)] == ["Big orders", "Refunds"]
    post(admin, f"/rules/{big.id}/off", {})
    assert [each.is_on for each in read(world, list_rules)] == [False, True]
    shown = get(admin, f"/rules/{big.id}").text
    assert 'value="1000.50"' in shown
    version = read(world, list_rules)[0].version
    changed = second | {"name": "Bigger", "version": version, "give": "some", "turns": [str(agent)]}
    assert post(admin, f"/rules/{big.id}", changed).status_code == 303
    assert read(world, list_rules)[0].actions["round_robin"] == [agent]
    gone = post(admin, f"/rules/{big.id}/remove", {}, PART).text
    assert "The rule Bigger was removed." in words_of(gone)
    for kept in ('name="kinds" value="chat"', 'name="order_at_least" value="1000.50"'):
        assert kept in gone
    assert len(read(world, list_rules)) == 1
    assert post(admin, f"/rules/{big.id}/up", {}).status_code == 404
    assert post(admin, f"/rules/{first.id}/sing", {}).status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"give": ""}, "all"),
        ({"give": "some"}, "give"),
        ({"give": "999"}, "give"),
        ({"channels": "999"}, "all"),
        ({"order_at_least": "lots", "order_at_least_currency": "EUR"}, "order_at_least"),
        ({"words": "!!!"}, "words"),
        ({"target_class": "Urgent"}, "all"),
    ],
)
def test_a_rule_that_cant_be_kept_says_why_beside_the_field(
    world: World, admin: FlaskClient, changes: dict[str, str], field: str
) -> None:
    answer = post(admin, "/rules/new", RULE | changes)
    assert answer.status_code == 422
    assert f'id="why-{field}"' in answer.text
    assert 'value="refund, money back"' in answer.text or field == "words"
    assert read(world, list_rules) == ()


def test_whoever_is_there_in_turn_is_switched(world: World, admin: FlaskClient) -> None:
    post(admin, "/rules", {})
    assert not read(world, inbox_settings).round_robin
    post(admin, "/rules", {"round_robin": "1"})
    assert read(world, inbox_settings).round_robin


def test_scripts_in_every_field_are_text(world: World, admin: FlaskClient) -> None:
    bad = '"><img src=x onerror=alert(1)>'
    post(admin, "/reasons", {"new": bad[:50]})
    post(admin, "/rules/new", RULE | {"name": bad, "words": bad, "put_tags": bad})
    post(admin, "/answers/new", ANSWER | {"name": bad, "text_en": bad})
    post(admin, "/automatic", {"signature_en": bad})
    post(admin, "/targets", {"class_1": "1", "name_1": bad, "tags_1": bad})
    assert read(world, list_rules)
    for path in (*EVERY_PAGE, "/rules/1", "/answers/1"):
        assert "<img" not in get(admin, path).text, path


def test_a_doubled_field_is_refused(admin: FlaskClient) -> None:
    assert post(admin, "/rules/new", {"name": ["a", "b"]}).status_code == 400

"""The pages of answers, rules, hours, targets, automatic mails and reasons."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.conversations.canned import list_canned
from integration.conversations.cases import add_case, list_cases
from integration.conversations.inbox_settings import inbox_settings
from integration.conversations.reasons import list_reasons
from integration.conversations.saved_rules import list_rules
from integration.models.vocabulary import Role
from tests.factories.conversations import make_agent, make_channel
from tests.ui_embed.profile_client import PART, words_of
from tests.ui_embed.sites import SAME, sign_in
from tests.ui_embed.world import NOW, World

ROOT = "/settings/inbox"
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


@pytest.fixture
def admin(world: World, client: FlaskClient) -> FlaskClient:
    """A browser of somebody who may set the inbox up."""
    sign_in(world, client, role=Role.ADMIN, viewer="owner:1")
    return client


def _get(client: FlaskClient, path: str) -> Any:
    return client.get(f"{ROOT}{path}", headers=SAME, base_url="https://localhost")


def _post(client: FlaskClient, path: str, fields: Any, more: Any = None) -> Any:
    headers = SAME | (more or {})
    return client.post(f"{ROOT}{path}", data=fields, headers=headers, base_url="https://localhost")


def _read(world: World, reader: Any) -> Any:
    with world.services.db.workspace(world.workspace_id) as session:
        return reader(session)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_stands_with_nothing_set(admin: FlaskClient, path: str) -> None:
    page = _get(admin, path)
    assert page.status_code == 200
    assert 'data-section="settings"' in page.text


@pytest.mark.parametrize("role", [Role.AGENT, Role.READ_ONLY])
def test_others_look_and_change_nothing(world: World, client: FlaskClient, role: Role) -> None:
    sign_in(world, client, role=role, viewer="shopify-staff:9")
    for path in EVERY_PAGE:
        page = _get(client, path)
        assert page.status_code == 200, path
        assert "Owners and admins can change them." in page.text, path
        assert 'class="main"' not in page.text, path
    for path in EVERY_DEED:
        assert _post(client, path, RULE | ANSWER | {"new": "x"}).status_code == 403, path
    assert _read(world, list_rules) == _read(world, list_canned) == ()


def test_staff_without_a_word_of_ours_are_agents(world: World, client: FlaskClient) -> None:
    for path in ("/rules/new", "/reasons", "/hours"):
        answer = client.post(f"{ROOT}{path}", data=RULE, headers=world.bearer())
        assert answer.status_code == 403


def test_an_answer_is_kept_previewed_changed_removed_and_back(
    world: World, admin: FlaskClient
) -> None:
    previewed = _post(admin, "/answers/new", ANSWER | {"do": "preview"}).text
    assert "Hello Dimitra, follow it: https://track.example/4711" in previewed
    assert _read(world, list_canned) == ()
    assert _post(admin, "/answers/new", ANSWER).headers["Location"] == f"{ROOT}/answers"
    (held,) = _read(world, list_canned)
    assert (held.shortcut, held.name, set(held.texts)) == ("tracking", "Tracking", {"en", "el"})
    assert "/tracking" in _get(admin, "/answers").text
    assert "No canned answer has these words." in _get(admin, "/answers?search=zebra").text
    changed = ANSWER | {"name": "Parcel", "version": str(held.version), "text_el": ""}
    assert _post(admin, f"/answers/{held.id}", changed).status_code == 303
    late = _post(admin, f"/answers/{held.id}", changed | {"name": "Late"})
    assert (late.status_code, "Somebody changed this answer meanwhile" in late.text) == (422, True)
    gone = _post(admin, f"/answers/{held.id}/remove", {}, PART)
    assert "was removed." in words_of(gone.text)
    assert 'name="text_en" value="Hello {{customer.first_name|there}}' in gone.text
    assert _read(world, list_canned) == ()
    assert _get(admin, f"/answers/{held.id}").status_code == 404


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
    answer = _post(admin, "/answers/new", ANSWER | changes)
    assert answer.status_code == 422
    assert f'id="why-{field}"' in answer.text
    assert _read(world, list_canned) == ()


def test_a_rule_is_kept_moved_switched_removed_and_back(world: World, admin: FlaskClient) -> None:
    agent = make_agent(world.services.db, world.workspace_id, "Noa")
    channel = make_channel(world.services.db, world.workspace_id, ring=world.services.keyring)
    assert _post(admin, "/rules/new", RULE).status_code == 303
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
    assert _post(admin, "/rules/new", second).status_code == 303
    first, big = _read(world, list_rules)
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
    words = words_of(_get(admin, "/rules").text)
    for each in (
        "Order worth at least: €1,000.50",
        "Give it to: Noa",
        "Words: refund , money back",
    ):
        assert each in words, words
    moved = _post(admin, f"/rules/{big.id}/up", {}, PART)
    assert "autofocus" in moved.text
    assert [each.name for each in _read(world, list_rules)] == ["Big orders", "Refunds"]
    _post(admin, f"/rules/{big.id}/off", {})
    assert [each.is_on for each in _read(world, list_rules)] == [False, True]
    shown = _get(admin, f"/rules/{big.id}").text
    assert 'value="1000.50"' in shown
    version = _read(world, list_rules)[0].version
    changed = second | {"name": "Bigger", "version": version, "give": "some", "turns": [str(agent)]}
    assert _post(admin, f"/rules/{big.id}", changed).status_code == 303
    assert _read(world, list_rules)[0].actions["round_robin"] == [agent]
    gone = _post(admin, f"/rules/{big.id}/remove", {}, PART).text
    assert "The rule Bigger was removed." in words_of(gone)
    for kept in ('name="kinds" value="chat"', 'name="order_at_least" value="1000.50"'):
        assert kept in gone
    assert len(_read(world, list_rules)) == 1
    assert _post(admin, f"/rules/{big.id}/up", {}).status_code == 404
    assert _post(admin, f"/rules/{first.id}/sing", {}).status_code == 422


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
    answer = _post(admin, "/rules/new", RULE | changes)
    assert answer.status_code == 422
    assert f'id="why-{field}"' in answer.text
    assert 'value="refund, money back"' in answer.text or field == "words"
    assert _read(world, list_rules) == ()


def test_whoever_is_there_in_turn_is_switched(world: World, admin: FlaskClient) -> None:
    _post(admin, "/rules", {})
    assert not _read(world, inbox_settings).round_robin
    _post(admin, "/rules", {"round_robin": "1"})
    assert _read(world, inbox_settings).round_robin


def test_hours_are_kept_and_what_is_wrong_stands_at_its_day(
    world: World, admin: FlaskClient
) -> None:
    hours = {
        "is_on": "1",
        "zone": "Europe/Athens",
        "mon_1_from": "09:00",
        "mon_1_to": "13:00",
        "mon_2_from": "17:00",
        "mon_2_to": "00:00",
        "holidays": "2026-12-25\r\n2027-01-01",
    }
    for wrong, field in (
        ({"tue_1_from": "10:00", "tue_1_to": "09:00"}, "tue"),
        ({"tue_1_from": "10:00"}, "tue"),
        ({"holidays": "Christmas"}, "holidays"),
        ({"zone": "Middle/Earth"}, "zone"),
        ({"mon_1_from": "", "mon_1_to": "", "mon_2_from": "", "mon_2_to": ""}, "is_on"),
    ):
        refused = _post(admin, "/hours", hours | wrong)
        assert (refused.status_code, f'id="why-{field}"' in refused.text) == (422, True), field
    assert _read(world, inbox_settings).office_hours is None
    assert _post(admin, "/hours", hours).status_code == 303
    held = _read(world, inbox_settings).office_hours.as_dict()
    assert held == {
        "zone": "Europe/Athens",
        "week": {"mon": [["09:00", "13:00"], ["17:00", "24:00"]]},
        "holidays": ["2026-12-25", "2027-01-01"],
    }
    page = _get(admin, "/hours").text
    assert 'name="mon_2_to" value="00:00"' in page
    assert 'name="mon_3_from" value=""' in page
    assert _post(admin, "/hours", hours | {"is_on": ""}).status_code == 303
    assert _read(world, inbox_settings).office_hours is None


def test_targets_are_kept_with_classes(world: World, admin: FlaskClient) -> None:
    typed: dict[str, Any] = {"answer": "8", "answer_unit": "60", "by_office_hours": "1"}
    more = _post(admin, "/targets", typed | {"do": "add"}, PART).text
    assert 'name="class_1"' in more
    urgent = {
        "class_1": "1",
        "name_1": "Urgent",
        "answer_1": "30",
        "answer_1_unit": "1",
        "kinds_1": ["chat", "phone"],
        "tags_1": "urgent, vip",
        "tag": "overdue",
    }
    for wrong, field in (
        ({"answer": "0"}, "answer"),
        ({"answer": "²"}, "answer"),
        ({"name_1": ""}, "class-1"),
        ({"answer_1": "x"}, "class-1"),
        ({"agent_id": "999"}, "all"),
    ):
        refused = _post(admin, "/targets", typed | urgent | wrong)
        assert (refused.status_code, f'id="why-{field}"' in refused.text) == (422, True), wrong
    assert _post(admin, "/targets", typed | urgent).status_code == 303
    held = _read(world, inbox_settings).targets
    assert (held.answer_minutes, held.escalation.tag) == (480, "overdue")
    assert held.classes[0].kinds == ("chat", "phone")
    assert held.classes[0].answer_minutes == 30
    assert 'value="Urgent"' in _get(admin, "/targets").text
    fewer = _post(admin, "/targets", typed | urgent | {"do": "drop_1"}, PART).text
    assert 'name="class_1"' not in fewer


def test_automatic_mails_are_kept_and_shown_as_they_will_be(
    world: World, admin: FlaskClient
) -> None:
    refused = _post(admin, "/automatic", {"acknowledge": "1", "within_hours": "soon"})
    assert refused.status_code == 422
    assert 'value="soon"' in refused.text
    wanted = {"acknowledge": "1", "within_hours": "24", "signature_en": "The Aegean team"}
    assert _post(admin, "/automatic", wanted).status_code == 303
    held = _read(world, inbox_settings).automatic
    assert held["signature"] == {"en": "The Aegean team"}
    page = _get(admin, "/automatic").text
    assert "We will answer within 24 hours." in page
    assert "The Aegean team</p>" in page


def test_reasons_are_named_put_in_order_taken_away_and_back(
    world: World, admin: FlaskClient
) -> None:
    for name in ("Refund", "Parcel"):
        assert _post(admin, "/reasons", {"new": name, "do": "keep"}).status_code == 303
    one, two = (each.id for each in _read(world, list_reasons))
    typed = {f"name_{one}": "Money back", f"name_{two}": "Parcel"}
    moved = _post(admin, "/reasons", typed | {"do": f"up_{two}"}, PART)
    assert "autofocus" in moved.text
    assert [each.name for each in _read(world, list_reasons)] == ["Parcel", "Money back"]
    taken = _post(admin, "/reasons", {"new": "parcel"})
    assert (taken.status_code, 'id="why-new"' in taken.text) == (422, True)
    empty = _post(admin, "/reasons", {f"name_{one}": " "})
    assert (empty.status_code, f'id="why-name_{one}"' in empty.text) == (422, True)
    gone = _post(admin, "/reasons", {"do": f"remove_{one}"}, PART).text
    assert "can't be given any more" in gone
    assert [each.name for each in _read(world, list_reasons)] == ["Parcel"]
    _post(admin, "/reasons", {"new": "Money back", "do": "keep"})
    assert [each.id for each in _read(world, list_reasons)] == [two, one]


def test_a_first_channel_brings_the_usual_reasons(world: World, admin: FlaskClient) -> None:
    _post(admin, "/channels/new/chat", {"name": "Chat", "locale": "el", "do": "keep"})
    assert _read(world, list_reasons)[0].name == "Πού είναι η παραγγελία μου"


def test_scripts_in_every_field_are_text(world: World, admin: FlaskClient) -> None:
    bad = '"><img src=x onerror=alert(1)>'
    _post(admin, "/reasons", {"new": bad[:50]})
    _post(admin, "/rules/new", RULE | {"name": bad, "words": bad, "put_tags": bad})
    _post(admin, "/answers/new", ANSWER | {"name": bad, "text_en": bad})
    _post(admin, "/automatic", {"signature_en": bad})
    _post(admin, "/targets", {"class_1": "1", "name_1": bad, "tags_1": bad})
    assert _read(world, list_rules)
    for path in (*EVERY_PAGE, "/rules/1", "/answers/1"):
        assert "<img" not in _get(admin, path).text, path


def test_a_doubled_field_is_refused(admin: FlaskClient) -> None:
    assert _post(admin, "/rules/new", {"name": ["a", "b"]}).status_code == 400


def test_a_case_is_kept_found_changed_taken_out_and_back(world: World, admin: FlaskClient) -> None:
    case = {"title": "Wrong size", "problem": "Sent 40 for 41.", "solution": "Exchange, free."}
    for missing, field in (("title", "title"), ("problem", "problem"), ("solution", "solution")):
        refused = _post(admin, "/notebook/new", case | {missing: ""})
        assert (refused.status_code, f'id="why-{field}"' in refused.text) == (422, True), missing
    assert _post(admin, "/notebook/new", case).status_code == 303
    (held,) = _read(world, list_cases)
    assert "Wrong size" in _get(admin, "/notebook?search=exchange").text
    assert "No case has these words." in _get(admin, "/notebook?search=zebra").text
    changed = case | {"title": "Size", "version": held.version}
    assert _post(admin, f"/notebook/{held.id}", changed).status_code == 303
    late = _post(admin, f"/notebook/{held.id}", changed | {"title": "Late"})
    assert (late.status_code, "Somebody changed this case meanwhile" in late.text) == (422, True)
    gone = _post(admin, f"/notebook/{held.id}/remove", {}, PART).text
    assert "The case Size was taken out." in words_of(gone)
    assert 'name="solution" value="Exchange, free."' in gone
    assert _read(world, list_cases) == ()
    for odd in ("x", "2026-01-01_1", "2026-01-01T00:00:00+00:00_x"):
        assert _get(admin, f"/notebook?before={odd}").status_code == 400


def test_the_notebook_is_the_agents_own(world: World, client: FlaskClient) -> None:
    sign_in(world, client, role=Role.AGENT, viewer="shopify-staff:9")
    case = {"title": "Wrong size", "problem": "Sent 40.", "solution": "Exchange."}
    assert _post(client, "/notebook/new", case).status_code == 303
    sign_in(world, client, role=Role.READ_ONLY, viewer="shopify-staff:8")
    assert _get(client, "/notebook").status_code == 200
    shown = _get(client, "/notebook/1").text.partition('id="setup"')[2].partition("</main>")[0]
    assert "<button" not in shown
    assert _post(client, "/notebook/1/remove", {}).status_code == 403
    assert len(_read(world, list_cases)) == 1


def test_the_notebook_goes_on_page_by_page(world: World, admin: FlaskClient) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for number in range(53):
            add_case(session, title=f"Case {number}", problem="p", solution="s", by="t", now=NOW)
    page = _get(admin, "/notebook").text
    assert page.count('id="case-') == 50 + 1
    older = page.partition("before=")[2].partition('"')[0]
    assert _get(admin, f"/notebook?before={older}").text.count('id="case-') == 3 + 1

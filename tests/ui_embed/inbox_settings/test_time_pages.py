"""The pages of hours, targets, automatic mails, reasons and the notebook."""

from typing import Any

from flask.testing import FlaskClient

from integration.conversations.answers.cases import add_case, list_cases
from integration.conversations.inbox_settings import inbox_settings
from integration.conversations.reasons import list_reasons
from integration.models.vocabulary import Role
from tests.ui_embed.inbox_settings.asked import get, post, read
from tests.ui_embed.profile_client import PART, words_of
from tests.ui_embed.sites import sign_in
from tests.ui_embed.world import NOW, World


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
        refused = post(admin, "/hours", hours | wrong)
        assert (refused.status_code, f'id="why-{field}"' in refused.text) == (422, True), field
    assert read(world, inbox_settings).office_hours is None
    assert post(admin, "/hours", hours).status_code == 303
    held = read(world, inbox_settings).office_hours.as_dict()
    assert held == {
        "zone": "Europe/Athens",
        "week": {"mon": [["09:00", "13:00"], ["17:00", "24:00"]]},
        "holidays": ["2026-12-25", "2027-01-01"],
    }
    page = get(admin, "/hours").text
    assert 'name="mon_2_to" value="00:00"' in page
    assert 'name="mon_3_from" value=""' in page
    assert post(admin, "/hours", hours | {"is_on": ""}).status_code == 303
    assert read(world, inbox_settings).office_hours is None


def test_targets_are_kept_with_classes(world: World, admin: FlaskClient) -> None:
    typed: dict[str, Any] = {"answer": "8", "answer_unit": "60", "by_office_hours": "1"}
    more = post(admin, "/targets", typed | {"do": "add"}, PART).text
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
        refused = post(admin, "/targets", typed | urgent | wrong)
        assert (refused.status_code, f'id="why-{field}"' in refused.text) == (422, True), wrong
    assert post(admin, "/targets", typed | urgent).status_code == 303
    held = read(world, inbox_settings).targets
    assert (held.answer_minutes, held.escalation.tag) == (480, "overdue")
    assert held.classes[0].kinds == ("chat", "phone")
    assert held.classes[0].answer_minutes == 30
    assert 'value="Urgent"' in get(admin, "/targets").text
    fewer = post(admin, "/targets", typed | urgent | {"do": "drop_1"}, PART).text
    assert 'name="class_1"' not in fewer


def test_automatic_mails_are_kept_and_shown_as_they_will_be(
    world: World, admin: FlaskClient
) -> None:
    refused = post(admin, "/automatic", {"acknowledge": "1", "within_hours": "soon"})
    assert refused.status_code == 422
    assert 'value="soon"' in refused.text
    wanted = {"acknowledge": "1", "within_hours": "24", "signature_en": "The Aegean team"}
    assert post(admin, "/automatic", wanted).status_code == 303
    held = read(world, inbox_settings).automatic
    assert held["signature"] == {"en": "The Aegean team"}
    page = get(admin, "/automatic").text
    assert "We will answer within 24 hours." in page
    assert "The Aegean team</p>" in page


def test_reasons_are_named_put_in_order_taken_away_and_back(
    world: World, admin: FlaskClient
) -> None:
    for name in ("Refund", "Parcel"):
        assert post(admin, "/reasons", {"new": name, "do": "keep"}).status_code == 303
    one, two = (each.id for each in read(world, list_reasons))
    typed = {f"name_{one}": "Money back", f"name_{two}": "Parcel"}
    moved = post(admin, "/reasons", typed | {"do": f"up_{two}"}, PART)
    assert "autofocus" in moved.text
    assert [each.name for each in read(world, list_reasons)] == ["Parcel", "Money back"]
    taken = post(admin, "/reasons", {"new": "parcel"})
    assert (taken.status_code, 'id="why-new"' in taken.text) == (422, True)
    empty = post(admin, "/reasons", {f"name_{one}": " "})
    assert (empty.status_code, f'id="why-name_{one}"' in empty.text) == (422, True)
    gone = post(admin, "/reasons", {"do": f"remove_{one}"}, PART).text
    assert "can't be given any more" in gone
    assert [each.name for each in read(world, list_reasons)] == ["Parcel"]
    post(admin, "/reasons", {"new": "Money back", "do": "keep"})
    assert [each.id for each in read(world, list_reasons)] == [two, one]


def test_a_first_channel_brings_the_usual_reasons(world: World, admin: FlaskClient) -> None:
    post(admin, "/channels/new/chat", {"name": "Chat", "locale": "el", "do": "keep"})
    assert read(world, list_reasons)[0].name == "Πού είναι η παραγγελία μου"


def test_a_case_is_kept_found_changed_taken_out_and_back(world: World, admin: FlaskClient) -> None:
    case = {"title": "Wrong size", "problem": "Sent 40 for 41.", "solution": "Exchange, free."}
    for missing, field in (("title", "title"), ("problem", "problem"), ("solution", "solution")):
        refused = post(admin, "/notebook/new", case | {missing: ""})
        assert (refused.status_code, f'id="why-{field}"' in refused.text) == (422, True), missing
    assert post(admin, "/notebook/new", case).status_code == 303
    (held,) = read(world, list_cases)
    assert "Wrong size" in get(admin, "/notebook?search=exchange").text
    assert "No case has these words." in get(admin, "/notebook?search=zebra").text
    changed = case | {"title": "Size", "version": held.version}
    assert post(admin, f"/notebook/{held.id}", changed).status_code == 303
    late = post(admin, f"/notebook/{held.id}", changed | {"title": "Late"})
    assert (late.status_code, "Somebody changed this case meanwhile" in late.text) == (422, True)
    gone = post(admin, f"/notebook/{held.id}/remove", {}, PART).text
    assert "The case Size was taken out." in words_of(gone)
    assert 'name="solution" value="Exchange, free."' in gone
    assert read(world, list_cases) == ()
    first, last = "0001-01-01T00:00:00%2B23:59_1", "9999-12-31T23:59:59-23:59_1"
    for odd in ("x", "2026-01-01_1", "2026-01-01T00:00:00+00:00_x", first, last):
        assert get(admin, f"/notebook?before={odd}").status_code == 400


def test_the_notebook_is_the_agents_own(world: World, client: FlaskClient) -> None:
    sign_in(world, client, role=Role.AGENT, viewer="shopify-staff:9")
    case = {"title": "Wrong size", "problem": "Sent 40.", "solution": "Exchange."}
    assert post(client, "/notebook/new", case).status_code == 303
    sign_in(world, client, role=Role.READ_ONLY, viewer="shopify-staff:8")
    assert get(client, "/notebook").status_code == 200
    shown = get(client, "/notebook/1").text.partition('id="setup"')[2].partition("</main>")[0]
    assert "<button" not in shown
    assert post(client, "/notebook/1/remove", {}).status_code == 403
    assert len(read(world, list_cases)) == 1


def test_the_notebook_goes_on_page_by_page(world: World, admin: FlaskClient) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for number in range(53):
            add_case(session, title=f"Case {number}", problem="p", solution="s", by="t", now=NOW)
    page = get(admin, "/notebook").text
    assert page.count('id="case-') == 50 + 1
    older = page.partition("before=")[2].partition('"')[0]
    assert get(admin, f"/notebook?before={older}").text.count('id="case-') == 3 + 1

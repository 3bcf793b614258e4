"""Beside a conversation: the order in question first, who it is, and what isn't known."""

import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from integration.models import Conversation, Message, Order, Profile
from tests.ui_embed.inbox.pictured import add_signed_chat
from tests.ui_embed.profile_client import words_of
from tests.ui_embed.sites import FETCHED, sign_in
from tests.ui_embed.world import NOW, World

SECURE: dict[str, Any] = {"base_url": "https://localhost"}
BY_SCRIPT = {**FETCHED, "HX-Request-Type": "partial"}


def _page(client: FlaskClient, path: str) -> str:
    answer = client.get(f"/inbox{path}", headers=FETCHED, **SECURE)
    assert answer.status_code == 200
    return answer.text


def _set(world: World, number: int, **values: Any) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        held = session.get_one(Conversation, number)
        for name, value in values.items():
            setattr(held, name, value)


def _order_id(world: World, name: str) -> int:
    with world.services.db.workspace(world.workspace_id) as session:
        return session.execute(select(Order.id).where(Order.name == name)).scalar_one()


def test_the_order_in_question_stands_over_what_is_folded(
    owner: FlaskClient, made: dict[str, int]
) -> None:
    page = _page(owner, f"/{made['asked']}/beside")
    asked, others = page.index("The order in question"), page.index("Other orders")
    assert asked < page.index("#1042") < others < page.index("#1041")
    assert page.index('id="who-more"') < asked
    assert "It is about this order" not in page[asked:others]
    assert page[others:].count("It is about this order") == 3


def test_it_is_said_that_the_order_is_not_known_and_one_press_sets_it(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    number = made["asked"]
    _set(world, number, order_id=None)
    page = _page(owner, f"/{number}/beside")
    assert "know yet which order it is about" in page
    assert "Their newest order" in page
    chosen = _order_id(world, "#1040")
    assert f'name="order" value="{chosen}"' in page
    there = f"/inbox/{number}/order"
    told = owner.post(there, data={"order": str(chosen)}, headers=BY_SCRIPT, **SECURE)
    assert "The order was set." in told.text
    page = _page(owner, f"/{number}/beside")
    assert "The order in question" in page
    first = re.search(r'<details class="order" id="order-(\d+)" open>', page)
    assert first is not None
    assert first.group(1) == str(chosen)


def test_an_order_of_somebody_else_is_no_order_of_theirs(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        other = Profile(display_name="Nikos", tags=[], created_at=NOW)
        session.add(other)
        session.flush()
        order = session.get_one(Order, _order_id(world, "#1039"))
        order.profile_id = other.id
        buyer, number = other.id, order.id
    _set(world, made["asked"], order_id=number)
    page = _page(owner, f"/{made['asked']}/beside")
    assert "bought by somebody else" in page
    assert f'href="/profiles/{buyer}?order=' in page
    assert "The order in question" not in page
    assert "not the buyer" in _page(owner, f"/{made['asked']}")


def test_who_is_not_known_is_said_and_their_order_shown_to_nobody(
    owner: FlaskClient, made: dict[str, int]
) -> None:
    forged = words_of(_page(owner, f"/{made['forged']}/beside"))
    assert "nothing proves that they are who they say" in forged
    assert "#1042 may not be theirs" in forged
    assert "Look at it" in forged
    assert "89.90" not in forged
    assert "not verified" in _page(owner, f"/{made['forged']}/open")
    chat = words_of(_page(owner, f"/{made['chat']}/beside"))
    assert "nobody in your stores has this address" in chat
    assert "Choose the order" in chat
    assert "not verified" not in _page(owner, f"/{made['hebrew']}/open")


def test_any_order_is_found_by_its_number(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    number = made["chat"]
    assert "We know of no order of theirs" in _page(owner, f"/{number}/order")
    found = words_of(_page(owner, f"/{number}/order?q=1040"))
    assert "#1040 bought by Δήμητρα Παπαδοπούλου" in found
    assert "No order has this number" in _page(owner, f"/{number}/order?q=77")
    own = _page(owner, f"/{made['asked']}/order")
    assert re.findall(r"<bdi>(#\d+)</bdi>", own) == ["#1042", "#1041", "#1040", "#1039"]
    assert "bought by" not in own
    data = {"order": str(_order_id(world, "#1040")), "from": "search"}
    told = owner.post(f"/inbox/{number}/order", data=data, headers=BY_SCRIPT, **SECURE)
    assert (told.status_code, told.headers["Location"]) == (303, f"/inbox/{number}")
    none = {"order": "", "from": "search"}
    owner.post(f"/inbox/{number}/order", data=none, headers=BY_SCRIPT, **SECURE)
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.get_one(Conversation, number).order_id is None


def test_who_may_only_read_chooses_no_order(
    world: World, made: dict[str, int], client: FlaskClient
) -> None:
    sign_in(world, client, role="read_only", viewer="shopify-staff:9")
    beside = _page(client, f"/{made['asked']}/beside")
    assert "It is about this order" not in beside
    assert "Another order" not in beside
    for path in ("order", "transcript"):
        told = client.post(f"/inbox/{made['asked']}/{path}", headers=BY_SCRIPT, **SECURE)
        assert told.status_code == 403
    told = client.get(f"/inbox/{made['asked']}/order", headers=FETCHED, **SECURE)
    assert told.status_code == 403


def test_who_signed_in_is_called_as_their_store_knows_them(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    number = add_signed_chat(world, made["channel-chat"])
    page = _page(owner, f"/{number}")
    row = page[page.index(f'id="row-{number}"') :].partition("</li>")[0]
    assert "<bdi>Δήμητρα Παπαδοπούλου</bdi>" in row
    title = page[page.index('id="conversation-title"') :].partition("</h1>")[0]
    assert "Δήμητρα Παπαδοπούλου" in title


def test_both_targets_stand_in_the_head(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    hours = timedelta(hours=5)
    _set(world, made["asked"], resolve_due_at=NOW + hours)
    head = words_of(_page(owner, f"/{made['asked']}/open"))
    assert "answer due in 50 min" in head
    assert "to be resolved in 5 hr" in head
    _set(world, made["asked"], resolve_due_at=NOW - hours)
    assert "resolving overdue by 5 hr" in words_of(_page(owner, f"/{made['asked']}/open"))


def test_the_transcript_is_mailed_and_told(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    there = f"/inbox/{made['asked']}/transcript"
    for _ in range(2):
        told = owner.post(there, data={"key": "once"}, headers=BY_SCRIPT, **SECURE)
        assert told.status_code == 200
        assert "on its way to the customer" in told.text
    with world.services.db.workspace(world.workspace_id) as session:
        mails = select(Message).where(
            Message.conversation_id == made["asked"], Message.kind == "automatic"
        )
        assert len(session.execute(mails).all()) == 1
    told = owner.post(f"/inbox/{made['chat']}/transcript", headers=BY_SCRIPT, **SECURE)
    assert told.status_code == 422
    assert "Nothing proves that this address is theirs" in told.text

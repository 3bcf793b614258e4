"""A contact form: by its route and as a page; what machines fill in, and what is never believed."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.models import Attachment
from tests.ui_embed.widget.chats import FORM, ORIGIN, Desk, Visitor, add_form
from tests.ui_embed.world import NOW, World
from ui_embed.widget import uploads

KEY = "f" * 20
FILLED = {
    "name": "Dora",
    "email": "dora@mail.example",
    "order": "#1042",
    "subject": "My parcel",
    "text": "Where is it?",
    "key": KEY,
}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def form(world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """A page with the form; a minute passes before it is sent."""
    visitor.channel = FORM
    visitor.headers = {}
    stamp = visitor.ask("GET", "form").get_json()["stamp"]
    FILLED["stamp"] = stamp
    services = replace(world.services, now=lambda: NOW + timedelta(minutes=1))
    monkeypatch.setitem(world.app.extensions, "services", services)
    return visitor


def _send(form: Visitor, **changes: Any) -> Any:
    return form.ask("POST", "form", data={**FILLED, **changes})


def test_a_sent_form_is_a_conversation_of_somebody_who_claims(form: Visitor, agent: Desk) -> None:
    assert _send(form).get_json() == {"sent": True}
    (conversation,) = agent.conversations()
    assert (conversation.channel_kind, conversation.trust) == ("form", "claimed")
    assert (conversation.person_kind, conversation.person_value) == ("email", "dora@mail.example")
    assert (conversation.person_name, conversation.subject) == ("Dora", "My parcel")
    assert agent.texts(conversation.id) == ["Where is it?"]


def test_the_same_form_twice_is_one(form: Visitor, agent: Desk) -> None:
    _send(form)
    assert _send(form).status_code == 200
    assert len(agent.conversations()) == 1


def test_a_machine_is_thanked_and_nothing_is_kept(form: Visitor, agent: Desk) -> None:
    assert _send(form, website="https://spam.example").get_json() == {"sent": True}
    assert agent.conversations() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a@b\nBcc: c@d.example"}, "email"),
        ({"text": "  "}, "text"),
        ({"stamp": ""}, "stamp"),
        ({"stamp": "1700000000.00"}, "stamp"),
        ({"stamp": f"{int(NOW.timestamp())}.é"}, "stamp"),
        ({"key": "short"}, "stamp"),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    form: Visitor, agent: Desk, changes: dict[str, str], field: str
) -> None:
    answered = _send(form, **changes)
    assert answered.status_code == 422
    assert answered.get_json()["error"]["details"] == {"field": field}
    assert agent.conversations() == []


def test_a_form_that_was_filled_in_at_once_has_to_wait(
    world: World, form: Visitor, agent: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(world.app.extensions, "services", world.services)
    answered = _send(form)
    assert answered.status_code == 422
    assert "Wait" in answered.get_json()["error"]["message"]
    assert agent.conversations() == []


def test_a_stamp_is_good_for_its_own_form_only(world: World, form: Visitor, agent: Desk) -> None:
    add_form(world, token="another-form-of-the-same-store")
    form.channel = "another-form-of-the-same-store"
    assert _send(form).status_code == 422
    assert agent.conversations() == []


def test_files_come_along_for_what_their_bytes_are(
    world: World, form: Visitor, agent: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [(BytesIO(PNG), "../../photo\u202e.html"), (BytesIO(b"<script>"), "a.png")]
    assert _send(form, file=files).status_code == 200
    with world.services.db.workspace(world.workspace_id) as session:
        kept = session.execute(select(Attachment).order_by(Attachment.id)).scalars().all()
    assert [(each.name, each.media_type) for each in kept] == [
        ("photo.html", "image/png"),
        ("a.png", "text/plain"),
    ]
    four = [(BytesIO(PNG), f"{number}.png") for number in range(4)]
    assert _send(form, file=four, key="g" * 20).status_code == 400
    monkeypatch.setattr(uploads, "MOST_UPLOAD_BYTES", 60)
    large = [(BytesIO(PNG + b"0" * 20), "large.png")]
    assert _send(form, file=large, key="g" * 20).status_code == 413
    assert len(agent.conversations()) == 1


def test_at_most_ten_forms_come_from_one_address(form: Visitor, agent: Desk) -> None:
    form.headers = {"X-Forwarded-For": "203.0.113.7"}
    statuses = [_send(form, key=f"{number:020}").status_code for number in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert len(agent.conversations()) == 10


def test_the_page_stands_in_the_stores_pages_only(client: FlaskClient, agent: Desk) -> None:
    assert agent
    page = client.get(f"/form/{FORM}?lang=el")
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert f"frame-ancestors {ORIGIN}" in policy
    assert "script-src 'self'" in policy
    assert "X-Frame-Options" not in page.headers
    assert '<html lang="el" dir="ltr">' in page.text
    assert "Γράψτε μας" in page.text
    assert client.get("/form/unknown").status_code == 404


def test_the_page_takes_the_form_without_a_script(
    client: FlaskClient, form: Visitor, agent: Desk
) -> None:
    assert form
    hostile = {**FILLED, "name": '"><script>alert(1)</script>', "email": "x"}
    refused = client.post(f"/form/{FORM}", data=hostile)
    assert refused.status_code == 422
    assert "<script>" not in refused.text
    assert 'value="&#34;&gt;&lt;script&gt;' in refused.text
    assert f'name="key" value="{KEY}"' in refused.text
    assert agent.conversations() == []
    sent = client.post(f"/form/{FORM}?lang=he", data=FILLED)
    assert sent.status_code == 200
    assert "קיבלנו את ההודעה" in sent.text
    assert agent.conversations()[0].locale == "he"

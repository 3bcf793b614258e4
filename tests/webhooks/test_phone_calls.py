"""Phone systems' calls, through the real door: from the signature to the conversation."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from channels.phone.channel import PhoneChannel
from channels.port import Channel as Adapter
from channels.records import Call
from integration.conversations.channels import setup
from integration.models import Arrival, Conversation
from tests.channels.phone.called import AUTH_TOKEN, CALL, OURS, THEIRS, of_system, of_twilio
from tests.integration.conversations.mail_flow import Flow, flow, mail_template
from tests.rsgi import Headers, Proto, Reply, Scope
from webhooks.channel_door import ChannelDoor

__all__ = ["flow", "mail_template"]


@pytest.fixture
def line(flow: Flow) -> Flow:
    """A workspace with a phone line in place of its mailbox."""
    phone = cast(Adapter, PhoneChannel())
    flow.services = replace(flow.services, channels={**flow.services.channels, "phone": phone})
    return flow


def _set_up(line: Flow, **given: Any) -> str:
    """Make the line; the path that it is called at."""
    values = {"number": OURS, "country": "GR", "told_by": "twilio", "auth_token": AUTH_TOKEN}
    card = setup.create_channel(
        line.services, line.workspace_id, "phone", "Shop", values | given, by="t", locale="en"
    )
    line.channel_id = int(card.id)
    token = setup.channel_token(line.services, line.workspace_id, line.channel_id)
    return f"/webhooks/phone/{token}"


def _call(line: Flow, path: str, call: Call) -> Reply:
    """One call of the provider's, worked off."""
    query = call.url.partition("?")[2]
    given = [*call.headers, ("content-length", str(len(call.body)))]
    proto = Proto(call.body)
    scope = Scope(method="POST", path=path, headers=Headers(given), query_string=query)
    asyncio.run(ChannelDoor(line.services).__rsgi__(scope, proto))
    line.work_off()
    return proto.reply


def _url(line: Flow, path: str) -> str:
    return f"{line.services.settings.app_url}{path}"


def test_a_call_rings_is_taken_and_its_recording_is_linked(line: Flow) -> None:
    path = _set_up(line, forward_to="+302107654321", link_recordings=True)
    url = _url(line, path)
    ring = _call(line, path, of_twilio(url))
    assert (ring.status, ring.headers["content-type"]) == (200, "text/xml")
    assert b">+302107654321</Dial>" in ring.body
    assert f'action="{url}"'.encode() in ring.body
    held = line.conversation()
    assert (held.channel_kind, held.status, held.trust) == ("phone", "open", "claimed")
    assert (held.person_value, held.waiting_since) == (THEIRS, line.clock())
    taken = {"CallStatus": "completed", "DialCallStatus": "completed", "DialCallDuration": "65"}
    _call(line, path, of_twilio(url, **taken))
    bare = {"From": "", "To": "", "Direction": "", "CallStatus": ""}
    link = "https://api.twilio.com/recordings/RE1"
    _call(line, path, of_twilio(url, **bare, RecordingUrl=link, RecordingStatus="completed"))
    assert line.said() == ["Incoming call", "Phone call, 1:05", "The call was recorded."]
    assert line.thread()[-1].facts["recording"] == link
    assert (line.conversation().status, line.conversation().waiting_since) == ("open", None)


def test_the_same_call_twice_is_one_and_a_missed_one_waits(line: Flow) -> None:
    path = _set_up(line)
    missed = of_twilio(_url(line, path), CallStatus="no-answer")
    assert _call(line, path, missed).status == _call(line, path, missed).status == 200
    assert line.said() == ["Missed call. Nobody answered."]
    assert line.conversation().waiting_since is not None


def test_a_forged_call_leaves_nothing(line: Flow) -> None:
    path = _set_up(line)
    forged = of_twilio(_url(line, path), token="f" * 32)
    elsewhere = of_twilio(_url(line, "/webhooks/phone/another"))
    for call in (forged, elsewhere, of_system(), Call("", (), b"x")):
        reply = _call(line, path, call)
        assert (reply.status, reply.body) == (401, b"")
    assert line.rows(Arrival) == line.rows(Conversation) == []


def test_any_other_system_is_heard_by_its_own_signature_only(line: Flow) -> None:
    path = _set_up(line, told_by="signed", signing_secret="a-secret-of-the-phone-system-1")
    assert _call(line, path, of_system(note="Call back")).status == 200
    assert _call(line, path, of_twilio(_url(line, path))).status == 401
    assert line.said() == ["Missed call. Nobody answered.\n\nCall back"]


def test_a_removed_line_and_an_old_address_are_gone(line: Flow) -> None:
    path = _set_up(line)
    place = (line.services, line.workspace_id, line.channel_id)
    new = f"/webhooks/phone/{setup.rotate_token(*place, by='t')}"
    assert _call(line, path, of_twilio(_url(line, path))).status == 410
    assert _call(line, new, of_twilio(_url(line, new))).status == 200
    setup.remove(*place, by="t")
    assert _call(line, new, of_twilio(_url(line, new), CallSid=CALL[:-1] + "2")).status == 410
    assert len(line.rows(Arrival)) == 1

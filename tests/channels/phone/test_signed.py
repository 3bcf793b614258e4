"""Any other system's calls: signed, recent, and told in one form."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from channels.errors import CallRefused
from channels.phone.calls import PhoneCalls
from channels.phone.reading import read_call
from channels.phone.signed import signature
from channels.records import Call, Heard, Inbound
from tests.channels.phone.called import OURS, SECRET, THEIRS, URL, account, of_system

GATE = PhoneCalls()


def _hear(call: Call, **settings: Any) -> Heard:
    return GATE.hear(call, account("signed", **settings))


def _read(call: Call, **settings: Any) -> Inbound:
    heard = _hear(call, **settings)
    assert heard.raw is not None
    return read_call(heard.raw, account("signed"))


def test_a_missed_call_with_its_note() -> None:
    inbound = _read(of_system(note="Wants to change the address."))
    assert inbound.text == "Missed call. Nobody answered.\n\nWants to change the address."
    assert (inbound.person.value, inbound.person.trust) == (THEIRS, "claimed")
    assert inbound.facts == {
        "call": "missed",
        "direction": "inbound",
        "reason": "missed",
        "called": OURS,
    }


def test_a_calls_length_is_the_time_between_its_ends() -> None:
    inbound = _read(
        of_system(
            outcome="answered",
            started_at="2026-11-22T14:00:00+02:00",
            ended_at="2026-11-22T12:01:30Z",
        )
    )
    assert inbound.text == "Phone call, 1:30"
    assert inbound.sent_at == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert inbound.was_answered


def test_a_recording_is_linked_only_where_the_channel_says_so() -> None:
    link = "https://pbx.example/recordings/77"
    told = of_system(outcome="voicemail", recording_url=link)
    assert "recording" not in _read(told).facts
    inbound = _read(told, link_recordings=True)
    assert inbound.facts["recording"] == link
    assert inbound.text == "Missed call: the caller left a message."


def test_the_same_happening_is_the_same_whenever_it_comes() -> None:
    assert _hear(of_system()).dedupe == _hear(of_system(note="again")).dedupe == "c-77:ended"
    assert _hear(of_system(outcome="ringing")).dedupe == "c-77:ringing"


def test_a_call_that_we_made_and_nobody_took_is_not_kept() -> None:
    assert _hear(of_system(direction="outbound")).raw is None


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_what_is_played_again_later_is_refused(seconds: int) -> None:
    with pytest.raises(CallRefused, match="too old"):
        _hear(of_system(at=time.time() + seconds))
    assert _hear(of_system(at=time.time() - 290)).raw is not None


def test_a_forged_call_is_refused_whatever_is_forged() -> None:
    call = of_system()
    name, good = call.headers[0]
    for headers in (
        (),
        ((name, ""),),
        ((name, good), (name, good)),
        ((name, good.upper()),),
        ((name, good + ",v1=" + "0" * 64),),
        ((name, good.replace("t=", "t=１")),),
        ((name, "é"),),
    ):
        with pytest.raises(CallRefused):
            _hear(replace(call, headers=headers))
    for changed in (replace(call, body=call.body + b" "), of_system(secret="b" * 30)):
        with pytest.raises(CallRefused):
            _hear(changed)
    with pytest.raises(CallRefused):
        GATE.hear(of_system(secret=""), replace(account("signed"), secrets={}))


@pytest.mark.parametrize(
    "told",
    [
        {"id": None},
        {"id": 7},
        {"id": "x y"},
        {"outcome": "sleeping"},
        {"direction": "up"},
        {"from": ["+30"]},
        {"note": "x" * 2001},
        {"started_at": "yesterday"},
        {"started_at": "2026-11-22T12:00:00"},
        {"ended_at": 5},
    ],
)
def test_what_isnt_of_the_form_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(CallRefused):
        _hear(of_system(**told))


def test_a_body_that_is_no_object_is_refused() -> None:
    second = str(int(time.time()))
    for body in (b"[]", b"{", b"\xff"):
        proof = signature(second, body, SECRET).decode()
        call = Call(URL, (("x-tillside-signature", f"t={second},v1={proof}"),), body)
        with pytest.raises(CallRefused):
            _hear(call)

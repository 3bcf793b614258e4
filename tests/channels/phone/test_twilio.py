"""Twilio's calls: verified as its own library does, and told in our words."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from channels.errors import CallRefused
from channels.phone import twilio
from channels.phone.calls import PhoneCalls
from channels.phone.events import event_of
from channels.phone.reading import read_call
from channels.records import Call, Heard
from tests.channels.phone.called import (
    AUTH_TOKEN,
    CALL,
    OURS,
    THEIRS,
    URL,
    account,
    of_twilio,
)

GATE = PhoneCalls()
EXAMPLE = "https://mycompany.com/myapp.php?foo=1&bar=2"
EXAMPLE_PAIRS = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
]


def _hear(call: Call, **settings: Any) -> Heard:
    return GATE.hear(call, account(**settings))


def test_a_signature_is_that_of_twilios_own_examples() -> None:
    assert twilio.signature(EXAMPLE, EXAMPLE_PAIRS, "12345") == b"RSOYDt4T1cUTdK1PDd93/VVr8B8="
    twice = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678")]
    twice += [("Digits", "1234"), ("Digits", "1234")]
    assert twilio.signature(EXAMPLE, twice, "12345") == b"IK+Dwps556ElfBT0I3Rgjkr1wJU="


def test_a_ringing_call_is_passed_on_and_kept() -> None:
    heard = _hear(of_twilio(CallerName="DORA P"), forward_to="+302107654321")
    assert heard.answer == (
        b'<?xml version="1.0" encoding="UTF-8"?><Response><Dial answerOnBridge="true" '
        b'action="https://tillside.example/webhooks/phone/token-1" method="POST">'
        b"+302107654321</Dial></Response>"
    )
    assert heard.answer_type == "text/xml"
    assert heard.dedupe == f"{CALL}:ringing"
    assert heard.raw is not None
    inbound = read_call(heard.raw, account())
    assert (inbound.person.kind, inbound.person.value) == ("phone", THEIRS)
    assert (inbound.person.trust, inbound.person.name) == ("claimed", "DORA P")
    assert (inbound.external_id, inbound.text, inbound.references) == (CALL, "Incoming call", ())
    assert inbound.facts == {"call": "ringing", "direction": "inbound", "called": OURS}
    assert not inbound.is_report
    assert not inbound.was_answered


def test_a_call_that_goes_nowhere_is_told_that_the_line_is_busy() -> None:
    assert b'<Reject reason="busy"/>' in _hear(of_twilio()).answer


def test_an_answered_call_tells_how_long_it_was_and_when_it_began() -> None:
    told = {"CallStatus": "completed", "CallDuration": "200"}
    heard = _hear(of_twilio(**told, Timestamp="Sun, 22 Nov 2026 12:10:00 +0000"))
    assert heard.raw is not None
    inbound = read_call(heard.raw, account())
    assert inbound.text == "Phone call, 3:20"
    assert inbound.sent_at == datetime(2026, 11, 22, 12, 6, 40, tzinfo=UTC)
    assert inbound.was_answered
    assert inbound.is_report
    assert CALL in inbound.references
    assert inbound.facts["seconds"] == "200"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("no-answer", "Missed call. Nobody answered."),
        ("busy", "Missed call: the line was busy."),
        ("canceled", "Missed call: the caller hung up."),
        ("failed", "A call couldn't be connected."),
    ],
)
def test_a_missed_call_says_so(status: str, words: str) -> None:
    heard = _hear(of_twilio(CallStatus=status))
    assert heard.raw is not None
    inbound = read_call(heard.raw, account())
    assert inbound.text == words
    assert not inbound.was_answered
    assert not inbound.is_automatic


def test_where_calls_are_passed_on_the_leg_says_whether_somebody_answered() -> None:
    to = {"forward_to": "+302107654321"}
    missed = _hear(of_twilio(CallStatus="in-progress", DialCallStatus="no-answer"), **to)
    assert missed.raw is not None
    assert event_of(missed.raw).happening == "missed"
    assert missed.answer == twilio.NOTHING_TO_DO
    taken = of_twilio(CallStatus="completed", DialCallStatus="completed", DialCallDuration="65")
    heard = _hear(taken, **to)
    assert heard.raw is not None
    assert event_of(heard.raw).seconds == 65
    # The caller's own leg is completed whether or not anybody answered: it tells nothing.
    assert _hear(of_twilio(CallStatus="completed", CallDuration="30"), **to).raw is None
    # Whatever comes second of an end is the same end.
    assert missed.dedupe == heard.dedupe == f"{CALL}:ended"


def test_what_nobody_needs_is_not_kept() -> None:
    for told in (
        {"CallStatus": "in-progress"},
        {"CallStatus": "completed", "ParentCallSid": "CA9"},
        {"CallStatus": "completed", "Direction": "outbound-dial"},
        {"CallStatus": "no-answer", "Direction": "outbound-api"},
    ):
        assert _hear(of_twilio(**told)).raw is None


def test_a_call_that_we_made_is_the_customers_and_asks_nothing() -> None:
    told = {"Direction": "outbound-api", "CallStatus": "completed", "CallDuration": "61"}
    heard = _hear(of_twilio(**told, From=OURS, To=THEIRS))
    assert heard.raw is not None
    inbound = read_call(heard.raw, account())
    assert (inbound.person.value, inbound.text) == (THEIRS, "We called, 1:01")
    assert inbound.is_automatic
    assert not inbound.was_answered


def test_a_recording_is_linked_only_where_the_channel_says_so() -> None:
    link = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1"
    told = {"RecordingUrl": link, "RecordingStatus": "completed", "RecordingDuration": "65"}
    bare = {"From": "", "To": "", "Direction": "", "CallStatus": ""}
    assert _hear(of_twilio(**told, **bare)).raw is None
    heard = _hear(of_twilio(**told, **bare), link_recordings=True)
    assert heard.raw is not None
    inbound = read_call(heard.raw, account())
    assert inbound.facts["recording"] == link
    assert (inbound.is_report, inbound.is_automatic) == (True, True)
    assert inbound.person.value == ""
    user = "https://u:p@api.twilio.com/x"
    for odd in ("http://api.twilio.com/x", user, "javascript:alert(1)", "https://["):
        changed = told | {"RecordingUrl": odd}
        assert _hear(of_twilio(**changed, **bare), link_recordings=True).raw is None


def test_a_hidden_caller_is_nobody() -> None:
    for hidden in ("+266696687", "anonymous", "sip:dora@pbx.example", "12"):
        heard = _hear(of_twilio(From=hidden))
        assert heard.raw is not None
        inbound = read_call(heard.raw, account())
        assert inbound.person.value == ""
        assert inbound.facts["number"] == hidden


def test_a_local_number_is_read_in_the_channels_country() -> None:
    heard = _hear(of_twilio(From="6912345678"))
    assert heard.raw is not None
    assert read_call(heard.raw, account()).person.value == THEIRS


def test_what_is_kept_leaves_out_what_nobody_asked_for() -> None:
    heard = _hear(of_twilio(FromCity="Athens", FromZip="10431", AccountSid="AC1"))
    assert heard.raw is not None
    assert set(orjson.loads(heard.raw)) == {"call_id", "happening", "direction", "theirs", "ours"}


def test_the_port_of_the_scheme_may_stand_in_what_was_signed() -> None:
    with_port = URL.replace(".example/", ".example:443/")
    for signed, called in ((with_port, URL), (URL, with_port)):
        call = replace(of_twilio(signed), url=called)
        assert _hear(call).raw is not None
    other = of_twilio(URL.replace(".example/", ".example:8443/"))
    with pytest.raises(CallRefused):
        _hear(replace(other, url=URL))


def test_json_is_signed_by_its_digest_in_the_address() -> None:
    body = orjson.dumps({"CallSid": CALL, "From": THEIRS, "Direction": "inbound"} | {
        "CallStatus": "no-answer", "To": OURS
    })  # fmt: skip
    url = f"{URL}?bodySHA256={sha256(body).hexdigest()}"
    proof = twilio.signature(url, [], AUTH_TOKEN).decode()
    headers = (("content-type", "application/json"), ("x-twilio-signature", proof))
    assert _hear(Call(url, headers, body)).dedupe == f"{CALL}:ended"
    for changed in (Call(url, headers, body + b" "), Call(URL, headers, body)):
        with pytest.raises(CallRefused):
            _hear(changed)


def test_a_forged_call_is_refused_whatever_is_forged() -> None:
    call = of_twilio()
    good = dict(call.headers)["x-twilio-signature"]
    form = call.headers[0]
    forged = [
        replace(call, body=call.body + b"&x=1"),
        replace(call, url=URL + "2"),
        replace(call, headers=(form,)),
        replace(call, headers=(form, ("x-twilio-signature", ""))),
        replace(call, headers=(form, ("x-twilio-signature", "é" + good))),
        replace(call, headers=(form, ("x-twilio-signature", good), ("x-twilio-signature", good))),
        replace(call, body=b"\xff\xfe=\xff"),
        of_twilio(token="f" * 32),
        Call(URL, (form,), urlencode([(f"n{n}", "1") for n in range(400)]).encode()),
    ]
    for each in forged:
        with pytest.raises(CallRefused):
            _hear(each)


def test_without_anything_to_verify_with_everything_is_refused() -> None:
    empty = of_twilio(token="")
    with pytest.raises(CallRefused):
        GATE.hear(empty, replace(account(), secrets={}))
    with pytest.raises(CallRefused):
        GATE.hear(of_twilio(), account("hand"))
    with pytest.raises(CallRefused):
        GATE.hear(of_twilio(), account("signed"))


@pytest.mark.parametrize("call_id", ["", "../x", "CA é", "x" * 65])
def test_a_call_without_an_id_is_refused(call_id: str) -> None:
    with pytest.raises(CallRefused):
        _hear(of_twilio(CallSid=call_id))

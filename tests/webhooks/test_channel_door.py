"""Providers' calls at channels' addresses: verified, kept, answered after the commit."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from channels.errors import CallRefused
from channels.records import Account, Call, Heard
from integration.app import build_house
from integration.conversations.incoming.working_off import JOB
from integration.models import Arrival, Channel
from tests.factories.conversations import make_channel
from tests.factories.fake_mail import raw_mail
from tests.integration.conversations.mail_flow import Flow, flow, mail_template
from tests.rsgi import Headers, Proto, Reply, Scope
from webhooks import channel_door
from webhooks.channel_door import ChannelDoor

__all__ = ["flow", "mail_template"]

PATH = "/webhooks/email/the-token"


class Hears:
    """A gate that takes a right password, and remembers what it was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[Call, Account]] = []

    def __call__(self, call: Call, account: Account) -> Heard:
        self.calls.append((call, account))
        if dict(call.headers).get("x-password") != "right":
            raise CallRefused("the signature doesn't hold")
        if call.body == b"ping":
            return Heard("ping", None, answer=b"<pong/>", answer_type="text/xml")
        return Heard(call.body.decode(), call.body, "external-1", b"<ok/>", "text/xml")


@pytest.fixture
def hears(flow: Flow) -> Hears:
    flow.mail.hears = Hears()
    flow.channel_id = make_channel(
        flow.services.db, flow.workspace_id, token="the-token", address="in@amber.example"
    )
    return flow.mail.hears


def post(flow: Flow, body: bytes = b"hello", *, path: str = PATH, **more: Any) -> Reply:
    """One call."""
    given = [("x-password", more.pop("password", "right")), ("content-length", str(len(body)))]
    given = more.pop("headers", given)
    proto = Proto(body)
    scope = Scope(method=more.pop("method", "POST"), path=path, headers=Headers(given), **more)
    asyncio.run(ChannelDoor(flow.services).__rsgi__(scope, proto))
    assert proto.answers == 1
    return proto.reply


def test_a_call_is_kept_and_answered_after_the_commit(flow: Flow, hears: Hears) -> None:
    mail = raw_mail("by a provider")
    reply = post(flow, mail, query_string="a=1&b=%20")
    assert (reply.status, reply.body) == (200, b"<ok/>")
    assert reply.headers["content-type"] == "text/xml"
    (row,) = flow.rows(Arrival)
    assert (row.state, row.external_id, row.channel_id) == (
        "waiting",
        "external-1",
        flow.channel_id,
    )
    assert (JOB, {}) in flow.jobs.waiting
    ((call, account),) = hears.calls
    assert call.url == f"https://tillside.test{PATH}?a=1&b=%20"
    assert ("x-password", "right") in call.headers
    assert (account.channel_id, account.token) == (flow.channel_id, "the-token")
    flow.work_off()
    assert flow.said() == ["by a provider"]


def test_the_same_call_twice_is_one(flow: Flow, hears: Hears) -> None:
    mail = raw_mail()
    assert [post(flow, mail).status for _ in range(3)] == [200] * 3
    assert len(flow.rows(Arrival)) == 1


def test_a_wrong_signature_is_401_and_empty_and_keeps_nothing(flow: Flow, hears: Hears) -> None:
    for given in ({"password": "wrong"}, {"headers": [("content-length", "5")]}):
        reply = post(flow, **given)
        assert (reply.status, reply.body) == (401, b"")
    assert (flow.rows(Arrival), flow.jobs.waiting) == ([], [])


def test_a_verifier_that_fails_has_not_verified(flow: Flow, hears: Hears) -> None:
    def broken(call: Call, account: Account) -> Heard:
        raise ZeroDivisionError

    flow.mail.hears = broken
    assert post(flow).status == 401
    assert flow.rows(Arrival) == []


def test_a_ping_keeps_nothing(flow: Flow, hears: Hears) -> None:
    reply = post(flow, b"ping")
    assert (reply.status, reply.body) == (200, b"<pong/>")
    assert flow.rows(Arrival) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/webhooks/email/another-token", 410),
        ("/webhooks/email/" + "x" * 500, 410),
        ("/webhooks/email/", 404),
        ("/webhooks/email", 404),
        ("/webhooks/email/the-token/more", 404),
        ("/webhooks/pigeon/the-token", 404),
    ],
)
def test_other_addresses_lead_nowhere(flow: Flow, hears: Hears, path: str, status: int) -> None:
    reply = post(flow, path=path)
    assert (reply.status, reply.body) == (status, b"")
    assert hears.calls == []


def test_only_post(flow: Flow, hears: Hears) -> None:
    reply = post(flow, method="GET")
    assert (reply.status, reply.headers) == (405, {"allow": "POST"})


def test_a_removed_channel_is_gone(flow: Flow, hears: Hears) -> None:
    flow.change(Channel, flow.channel_id, status="removed")
    assert post(flow).status == 410
    assert hears.calls == []


def test_a_body_past_the_cap_is_413_and_never_judged(flow: Flow, hears: Hears) -> None:
    given = [("x-password", "right"), ("content-length", str(60 * 1024 * 1024))]
    assert post(flow, b"", headers=given).status == 413
    assert hears.calls == []


def test_storage_that_cannot_commit_is_503(
    flow: Flow, hears: Hears, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OperationalError("", {}, Exception("disk full"))

    with monkeypatch.context() as patch:
        patch.setattr(channel_door, "keep", full)
        reply = post(flow)
    assert (reply.status, reply.body) == (503, b"")
    assert flow.rows(Arrival) == []
    assert post(flow).status == 200


def test_a_token_is_of_one_kind_of_channel(flow: Flow, hears: Hears) -> None:
    services = flow.services
    assert isinstance(services.channels, dict)
    services.channels["phone"] = flow.mail
    assert post(flow, path="/webhooks/phone/the-token").status == 410


def test_it_stands_before_the_receiver_of_deliveries() -> None:
    mounted = list(build_house().mounted)
    for prefix in channel_door.prefixes():
        assert mounted.index(prefix) < mounted.index("/webhooks")
        assert prefix in build_house().machines

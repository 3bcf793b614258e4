"""`tillside channels`: how they stand, what came in, asking and playing again."""

import json
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from channels.errors import CredentialsRefused
from integration.commands.channel_flow import arrivals, check, fetch, list_command, replay
from integration.errors import AppError, Conflict, NotFound
from integration.models import Arrival
from tests.factories.fake_mail import raw_mail
from tests.integration.conversations.mail_flow import Flow, flow, mail_template

__all__ = ["flow", "mail_template"]


def run(flow: Flow, command: object, *given: object) -> Result:
    texts = [str(each) for each in given]
    return CliRunner().invoke(command, texts, obj=flow.services)  # type: ignore[arg-type]


def test_channels_are_listed_with_how_they_stand(flow: Flow) -> None:
    told = json.loads(run(flow, list_command, "--json").output)
    assert [(each["name"], each["status"], each["error"]) for each in told] == [
        ("Support", "active", None)
    ]
    flow.mail.fetch_error = CredentialsRefused("the server doesn't take the password")
    flow.fetch()
    line = run(flow, list_command).output
    assert "reauthorize  credentials_refused: the server doesn't take the password" in line


def test_a_channel_is_checked(flow: Flow) -> None:
    def refuse(account: object) -> None:
        raise CredentialsRefused("no")

    flow.mail.accounts = SimpleNamespace(check=lambda account: None)
    assert run(flow, check, flow.channel_id).exit_code == 0
    flow.mail.accounts = SimpleNamespace(check=refuse)
    done = run(flow, check, flow.channel_id)
    assert (done.exit_code, "credentials_refused: no" in done.output) == (1, True)
    assert isinstance(run(flow, check, 10**6).exception, NotFound)


def test_a_mailbox_is_fetched_and_worked_off(flow: Flow) -> None:
    flow.mail.put(raw_mail(), raw_mail("unreadable", message_id="u@x.example"))
    done = run(flow, fetch, flow.channel_id)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "2 mails were read, 2 are new.")
    assert flow.said() == ["Where is my parcel?"]
    flow.mail.fetch_error = CredentialsRefused("no")
    assert isinstance(run(flow, fetch, flow.channel_id).exception, AppError)


def test_what_was_parked_is_listed_and_played_again(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow.take(raw_mail("unreadable, a canary"), raw_mail("good", message_id="g@x.example"))
    listed = run(flow, arrivals, "--state", "parked", "--channel", flow.channel_id, "--json")
    (told,) = json.loads(listed.output)
    assert (told["error_code"], told["attempts"], told["is_kept"]) == ("unreadable", 1, True)
    assert "canary" not in run(flow, arrivals).output
    again = run(flow, replay, told["id"])
    assert (again.exit_code, "parked" in again.output) == (1, True)
    monkeypatch.setattr("tests.factories.fake_mail.Unreadable", KeyError)
    flow.mail.on_read = None

    def mended(raw: bytes, account: object) -> object:
        return before(raw.replace(b"unreadable", b"readable"), account)  # type: ignore[arg-type]

    before = flow.mail.read
    monkeypatch.setattr(flow.mail, "read", mended)
    done = run(flow, replay, told["id"])
    assert (done.exit_code, "applied" in done.output) == (0, True)
    assert sorted(flow.said()) == ["good", "readable, a canary"]
    assert isinstance(run(flow, replay, told["id"]).exception, Conflict)
    assert isinstance(run(flow, replay, 10**6).exception, NotFound)
    assert len(flow.rows(Arrival)) == 2

"""`tillside channels add` as an operator types it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner, Result

from channels.errors import CredentialsRefused
from channels.phone.channel import PhoneChannel
from channels.port import Channel as Adapter
from integration.cli import cli
from integration.conversations.channels.setup import channel_by_token, list_channels
from integration.errors import Invalid, NotFound
from integration.services import Services
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.mirror import Mirror
from tests.integration.conversations.fake_mailbox import PASSWORD, FakeMailbox

SHOP = "amber.myshopify.com"
MAIL = ("--name", "Support", "--set", "address=help@amber.example", "--set", "host=imap.a.example")


@dataclass
class Desk:
    """An operator's desk."""

    services: Services
    mailbox: FakeMailbox
    workspace_id: int

    def add(self, *arguments: str, secrets: str | None = None) -> Result:
        more = () if secrets is None else ("--secrets", "-")
        typed = ["channels", "add", *arguments, *more]
        return CliRunner().invoke(cli, typed, obj=self.services, input=secrets)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    mirror = Mirror(sqlite_database(template, tmp_path), SHOP)
    mailbox = FakeMailbox()
    services = replace(
        fake_services(mirror.db, FakeStore(), tmp_path),
        channels={"email": cast(Adapter, mailbox), "phone": cast(Adapter, PhoneChannel())},
    )
    yield Desk(services, mailbox, mirror.workspace_id)
    mirror.db.dispose()


def test_a_mailbox_is_added_and_its_password_never_printed(desk: Desk) -> None:
    done = desk.add("email", SHOP, *MAIL, secrets=json.dumps({"password": PASSWORD}))
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    assert "channel 1  email  Support  help@amber.example\n" in done.output
    assert done.output.endswith("it works\n")
    (card,) = list_channels(desk.services, desk.workspace_id)
    assert (card.store_name, card.status) == ("Amber Shop", "active")
    token = done.output.partition("token ")[2].partition("\n")[0]
    assert channel_by_token(desk.services, "email", token).channel_id == 1


def test_one_that_doesnt_work_yet_says_so(desk: Desk) -> None:
    desk.mailbox.accounts.failure = CredentialsRefused("The server doesn't take the password.")
    done = desk.add("email", SHOP, *MAIL, "--all-stores", secrets='{"password": "x"}')
    assert "it doesn't work yet: The server doesn't take the password.\n" in done.output
    (card,) = list_channels(desk.services, desk.workspace_id)
    assert (card.store_id, card.status) == (None, "reauthorize")


def test_a_phone_line_tells_its_address_and_the_secret_once(desk: Desk) -> None:
    line = ("--set", "number=+302101234567", "--set", "told_by=signed")
    done = desk.add("phone", SHOP, "--name", "Shop", *line)
    assert done.exit_code == 0, done.output
    assert "called at /webhooks/phone/" in done.output
    assert "signing_secret " in done.output
    assert "(made now, shown this once)" in done.output


@pytest.mark.parametrize(
    ("arguments", "secrets", "error"),
    [
        (("pigeon", SHOP, "--name", "x"), None, NotFound),
        (("email", "nowhere.example", *MAIL), None, NotFound),
        (("email", SHOP, *MAIL, "--set", "wings=2"), None, Invalid),
        (("email", SHOP, *MAIL, "--set", "password=x"), None, Invalid),
        (("email", SHOP, *MAIL), None, Invalid),
        (("email", SHOP, *MAIL), "no json", Invalid),
        (("email", SHOP, *MAIL), '{"host": "x"}', Invalid),
        (("email", SHOP, *MAIL, "--set", "host=10.0.0.1"), '{"password": "x"}', Invalid),
        (("email", SHOP, *MAIL, "--locale", "fr"), '{"password": "x"}', Invalid),
    ],
)
def test_what_cant_be_added_is_a_sentence_and_nothing_more(
    desk: Desk, arguments: tuple[str, ...], secrets: str | None, error: type[Exception]
) -> None:
    done = desk.add(*arguments, secrets=secrets)
    assert isinstance(done.exception, error), done.output
    assert list_channels(desk.services, desk.workspace_id) == []

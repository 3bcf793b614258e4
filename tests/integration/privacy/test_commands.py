"""What operators do for people's privacy: list, export, erase, and look at how long things stay."""

import io
import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from integration.models import AuditEvent, Order, PrivacyRequest, Receipt, Store
from integration.privacy.ageing.retention import set_retention
from integration.privacy.commands import privacy
from integration.privacy.person_commands import OF_PERSONS
from integration.privacy.registry.whole import PLACES, as_markdown
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.records import order
from tests.integration.privacy.everywhere import GUEST, tell
from tests.webhooks.bodies import redact_customer
from tests.webhooks.parts import SHOP, Sender, rows
from webhooks.drain import drain


@pytest.fixture(autouse=True)
def _whole_group(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {command.name: command for command in OF_PERSONS}
    monkeypatch.setattr(privacy, "commands", {**privacy.commands, **more})


def run(services: Services, *given: str) -> Result:
    return CliRunner().invoke(privacy, given, obj=services)


def printed(services: Services, *given: str) -> Any:
    return json.loads(run(services, *given, "--json").output)


def test_a_list_says_who_asked_and_how_much_of_the_time_is_used(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("customers/redact", redact_customer(7, GUEST, (1,)))
    drain(services)
    clock.advance(days=15)
    assert run(services, "erase", SHOP, "--email", GUEST).exit_code == 0
    assert run(services, "list").output.splitlines() == [
        f"1  customer_redact  store  {SHOP}  waiting  due 2026-12-22 (50 % used)",
        f"2  customer_redact  merchant  {SHOP}  waiting  due 2027-01-06 (0 % used)"
        "  begins 2026-12-08 12:00",
    ]
    listed = printed(services, "list")
    assert [(each["source"], each["percent_used"]) for each in listed] == [
        ("store", 50),
        ("merchant", 0),
    ]
    # One that may be taken back still is no failure.
    done = run(services, "run")
    assert (done.exit_code, done.output) == (0, "1 erasures done.\n")


def test_an_export_is_written_where_only_its_owner_reads_it(
    services: Services, store: Store, tmp_path: Path
) -> None:
    tell(services, store, order("57", email=GUEST))
    target = tmp_path / "person.zip"
    done = run(services, "export", SHOP, "--email", GUEST, "--to", str(target))
    size = target.stat().st_size
    assert done.output == f"Request 1: {size} bytes written to {target}.\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with zipfile.ZipFile(io.BytesIO(target.read_bytes())) as archive:
        assert set(archive.namelist()) == {"data.json", "data.html"}
    assert [each.kind for each in rows(services, Receipt)] == ["data_exported"]
    assert {each.actor for each in rows(services, AuditEvent)} == {"command"}
    again = run(services, "export", SHOP, "--email", GUEST, "--to", str(target))
    assert again.exit_code == 1
    assert target.stat().st_size == size
    assert [each.state for each in rows(services, PrivacyRequest)] == ["done", "ready"]


def test_of_nobody_nothing_is_written(services: Services, store: Store, tmp_path: Path) -> None:
    target = tmp_path / "person.zip"
    done = run(services, "export", SHOP, "--email", GUEST, "--to", str(target))
    assert (done.exit_code, target.exists()) == (0, False)
    assert done.output == "Request 1: nothing is held of this person.\n"


def test_an_erasure_waits_a_day_unless_it_must_not(services: Services, store: Store) -> None:
    tell(services, store, order("57", email=GUEST))
    waits = run(services, "erase", SHOP, "--email", GUEST)
    assert waits.output.startswith("Request 1 begins in 24 hours")
    assert [each.email for each in rows(services, Order)] == [GUEST]
    done = run(services, "erase", SHOP, "--email", GUEST, "--now")
    assert done.output == "Request 2 is done: 1 accounts and orders erased.\n"
    assert [each.email for each in rows(services, Order)] == [None]


@pytest.mark.parametrize("command", ["export", "erase"])
def test_what_is_no_address_or_no_store_is_refused(
    services: Services, store: Store, command: str
) -> None:
    assert run(services, command, SHOP, "--email", "nobody").exit_code == 1
    assert run(services, command, "elsewhere.example", "--email", GUEST).exit_code == 1
    assert rows(services, PrivacyRequest) == []


def test_retention_by_itself_and_as_a_merchant_chose(services: Services, store: Store) -> None:
    set_retention(services, store.workspace_id, "conversations", 365, by="agent:3")
    lines = run(services, "retention").output.splitlines()
    assert "conversations  until it is erased  (90 to 3650)" in lines
    assert "store_copy  as long as the store has them" in lines
    assert "person_exports  7 days" in lines
    assert (
        "conversations  365 days  (90 to 3650)  chosen"
        in run(services, "retention", SHOP).output.splitlines()
    )
    by_name = {each["name"]: each for each in printed(services, "retention", SHOP)}
    assert (by_name["conversations"]["days"], by_name["visits"]["days"]) == (365, 30)


def test_the_registry_is_printed(services: Services) -> None:
    assert run(services, "registry").output == as_markdown()
    assert len(printed(services, "registry")) == len(PLACES)

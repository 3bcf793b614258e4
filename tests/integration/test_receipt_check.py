"""Whoever changes, removes, swaps, forges or cuts off receipts is found out."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from integration.models import Receipt, Store
from integration.privacy.receipts import Done, add_receipt
from integration.privacy.requests.asking import ask_for_erasure, run_now
from integration.privacy.requests.working_off import run_due
from integration.privacy.restoring.journal import journal_file
from integration.receipt_check import Chain, check
from integration.services import Services
from tests.conftest import StandingClock
from tests.webhooks.parts import add_store, make_services, rows


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    """Two workspaces, the first with four receipts, the other with one."""
    made = make_services(tmp_path, clock)
    first = add_store(made)
    other = add_store(made, "other.myshopify.com", number="2")
    for number in range(5):
        erase(made, first if number < 4 else other, f"p{number}@example.com")
        clock.advance(hours=1)
    yield made
    made.db.dispose()
    made.inbox.dispose()


def erase(services: Services, store: Store, email: str) -> None:
    request_id = ask_for_erasure(services, store.workspace_id, email=email, by="owner:1")
    run_now(services, store.workspace_id, request_id, by="owner:1")
    assert run_due(services) == 1


def checked(services: Services, *, journal: bool = True, heads: str = "") -> list[Chain]:
    files = [journal_file(services.settings.data_dir)] if journal else []
    secret = services.settings.secret_key.get_secret_value()
    with services.db.bare_across_workspaces() as connection:
        return check(connection, secret, journals=files, heads=heads)


def flaws(services: Services, **given: object) -> list[tuple[int | None, str]]:
    found = checked(services, **given)  # type: ignore[arg-type]
    return [(flaw.sequence, flaw.what) for chain in found for flaw in chain.flaws]


def tamper(services: Services, *statements: str) -> None:
    with services.db.bare_across_workspaces(write=True) as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_whole_chains_are_whole(services: Services) -> None:
    first, other = checked(services)
    assert (first.receipts, other.receipts, first.flaws, other.flaws) == (4, 1, (), ())
    newest = rows(services, Receipt)[3]
    assert first.head == bytes(newest.digest).hex()
    assert flaws(services, heads=f"{first.head} {other.head.upper()}") == []
    assert first.as_dict()["workspace_id"] == str(first.workspace_id)


def test_a_changed_body_is_found(services: Services) -> None:
    body = "replace(body, 'nothing', 'a thing')"
    which = "sequence = 2 AND workspace_id = 1"
    tamper(services, f"UPDATE receipts SET body = {body} WHERE {which}")
    assert flaws(services) == [
        (2, "its body isn't what its digest was made of"),
        (2, "its body tells another kind than its row"),
    ]


def test_a_receipt_that_was_removed_is_missed(services: Services) -> None:
    tamper(services, "DELETE FROM receipts WHERE sequence = 2 AND workspace_id = 1")
    told = [what for _, what in flaws(services, journal=False)]
    assert told[:2] == ["it doesn't hang on the one before it", "receipts 2 to 2 are missing"]
    assert "has no receipt" in told[2]


def test_two_that_were_swapped_are_found(services: Services) -> None:
    # Whole rows: each takes the other's place.
    move = "UPDATE receipts SET sequence = {} WHERE workspace_id = 1 AND sequence = {}"
    tamper(services, move.format(99, 2), move.format(2, 3), move.format(3, 99))
    found = flaws(services)
    assert {sequence for sequence, _ in found} == {2, 3, 4}
    assert (2, "its body tells another sequence than its row") in found
    assert (3, "it is older than the one before it") in found


def test_a_forged_receipt_has_no_seal_of_ours(services: Services) -> None:
    newest = rows(services, Receipt)[3]
    body = newest.body.replace('"nothing_held"', '"person_erased"')
    digest = sha256(bytes(newest.previous) + body.encode()).digest()
    with services.db.bare_across_workspaces(write=True) as connection:
        forge = text(
            "UPDATE receipts SET body = :body, digest = :digest, kind = 'person_erased'"
            " WHERE workspace_id = 1 AND sequence = 4"
        )
        connection.execute(forge, {"body": body, "digest": digest})
    assert flaws(services, journal=False) == [(4, "its seal isn't ours")]
    assert (4, "the journal tells of another one in its place") in flaws(services)


def test_a_tail_that_was_cut_off_is_missed_by_the_journal_and_by_a_noted_head(
    services: Services,
) -> None:
    head = checked(services)[0].head
    tamper(
        services,
        "DELETE FROM receipts WHERE sequence > 2 AND workspace_id = 1",
        "DELETE FROM privacy_requests",
    )
    assert flaws(services, journal=False) == []
    assert flaws(services) == [
        (3, "the journal tells of this receipt: it was cut off, or never committed"),
        (4, "the journal tells of this receipt: it was cut off, or never committed"),
    ]
    assert flaws(services, journal=False, heads=head) == [
        (None, f"the noted head {head} stands in no chain")
    ]


def test_a_whole_chain_that_was_removed_is_missed(services: Services) -> None:
    tamper(services, "DELETE FROM receipts WHERE workspace_id = 1")
    assert [sequence for sequence, _ in flaws(services)] == [1, 2, 3, 4]


def _die_before_the_commit(services: Services, now: datetime) -> None:
    with services.db.workspace(1, write=True) as session:
        add_receipt(session, services.settings, Done("aged_out", {"orders": 1}), now=now)
        raise ZeroDivisionError


def test_what_was_never_committed_heals_with_the_next_receipt(
    services: Services, clock: StandingClock
) -> None:
    with pytest.raises(ZeroDivisionError):
        _die_before_the_commit(services, clock())
    assert [sequence for sequence, _ in flaws(services)] == [5]
    clock.advance(seconds=1)
    with services.db.workspace(1, write=True) as session:
        add_receipt(session, services.settings, Done("aged_out", {"orders": 1}), now=clock())
    assert flaws(services) == []


def test_the_check_shares_nothing_with_what_it_checks() -> None:
    look = (
        "import sys, integration.receipt_check, integration.canary_scan.scan;"
        "print([name for name in sys.modules if name.startswith('integration.privacy')])"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_journals_of_several_machines_are_one_story(services: Services, tmp_path: Path) -> None:
    own = journal_file(services.settings.data_dir)
    lines = own.read_text().splitlines(keepends=True)
    heads = [line for line in lines if '"receipt"' in line]
    tamper(
        services,
        "DELETE FROM receipts WHERE sequence > 2 AND workspace_id = 1",
        "DELETE FROM privacy_requests",
    )
    second = next(line for line in heads if '"sequence":2' in line)
    restored = json.loads(second) | {"kind": "restored", "at": "2026-12-01T00:00:00.000000Z"}
    other = tmp_path / "of another machine.jsonl"
    other.write_text("".join([*heads[2:], json.dumps(restored) + "\n"]))
    own.write_text("".join(heads[:2]))
    secret = services.settings.secret_key.get_secret_value()
    with services.db.bare_across_workspaces() as connection:
        for files in ((own, other), (other, own)):
            [first, _] = check(connection, secret, journals=files)
            assert (first.flaws, len(first.restored)) == ((), 1)


@pytest.mark.parametrize(
    "change",
    ["digest = 1000000000000", "seal = 'none'", "made_at = 'soon'", "body = x'00ff'"],
)
def test_a_row_that_no_receipt_looks_like_is_told_and_hides_no_other(
    services: Services, change: str
) -> None:
    tamper(
        services,
        f"UPDATE receipts SET {change} WHERE sequence = 2 AND workspace_id = 1",
        "UPDATE receipts SET kind = 'restored' WHERE workspace_id = 2",
    )
    found = flaws(services)
    assert (None, "a receipt can't be read") in found
    assert (1, "its body tells another kind than its row") in found


def test_a_body_without_a_time_is_told(services: Services) -> None:
    body = 'replace(body, \'"made_at":"20\', \'"made_at":"soon\')'
    tamper(services, f"UPDATE receipts SET body = {body} WHERE workspace_id = 2")
    assert (1, "its body tells another made_at than its row") in flaws(services)


@pytest.mark.parametrize(
    "line",
    [
        '{"kind":"receipt"}',
        '{"kind":"restored","workspace":"x","sequence":0,"digest":"","at":""}',
        '{"kind":"receipt","workspace":"1","sequence":"0","digest":"00","at":"now"}',
    ],
)
def test_a_line_of_a_journal_that_nobody_of_ours_wrote_is_told(
    services: Services, line: str
) -> None:
    with journal_file(services.settings.data_dir).open("a") as journal:
        journal.write('{"kind":"rec\n')
        journal.write(f"{line}\n")
    [(place, what)] = flaws(services)
    assert place is None
    assert what.endswith("of the journal erasures.jsonl can't be read")

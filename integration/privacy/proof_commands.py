"""`tillside privacy`: journal, settle, verify."""

import sys
from pathlib import Path
from typing import IO

import click

from integration.canary_scan.scan import Scan, scan
from integration.commands.context import as_json, print_json, with_services
from integration.privacy.restoring.journal import journal_file
from integration.privacy.restoring.own_journal import own_journal
from integration.privacy.restoring.settling import settle
from integration.receipt_check import Chain, check
from integration.services import Services

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("journal")
@with_services
def journal_command(services: Services) -> None:
    """The database's erasures as keyed hashes, a line each: to be kept where no backup goes."""
    for line in own_journal(services):
        click.echo(line.text())


@click.command("settle")
@click.option("--journal", "journals", multiple=True, type=_FILE, help="Another journal's file.")
@with_services
def settle_command(services: Services, journals: tuple[Path, ...]) -> None:
    """Erase again whom a restored backup brought back, by the journal of erasures."""
    click.echo(f"{settle(services, journals)} erasures of the journal were applied again.")


@click.command()
@click.option(
    "--canary-file",
    type=click.File("r", encoding="utf-8"),
    help="Texts to look for everywhere, a line each; - reads them from standard input.",
)
@click.option("--journal", "journals", multiple=True, type=_FILE, help="Another journal's file.")
@click.option("--head", "heads", multiple=True, help="A digest that has to stand in a chain.")
@as_json
@with_services
def verify(
    services: Services,
    canary_file: IO[str] | None,
    journals: tuple[Path, ...],
    heads: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check the chains of receipts, and look for somebody who must be nowhere. Status 1 when a
    chain is broken or somebody was found.
    """
    secret = services.settings.secret_key.get_secret_value()
    files = (journal_file(services.settings.data_dir), *journals)
    with services.db.bare_across_workspaces() as connection:
        chains = check(connection, secret, journals=files, heads=" ".join(heads))
    seen = None if canary_file is None else scan(services, canary_file.read().splitlines())
    good = not any(chain.flaws for chain in chains)
    good = good and (seen is None or not (seen.found or seen.unseen))
    if as_json:
        told = {"ok": good, "chains": [chain.as_dict() for chain in chains]}
        print_json(told if seen is None else {**told, "canaries": seen.as_dict()})
    else:
        _print_chains(chains)
        _print_scan(seen)
    sys.exit(0 if good else 1)


PROOF = (journal_command, settle_command, verify)


def _print_chains(chains: list[Chain]) -> None:
    if not chains:
        click.echo("No receipts yet.")
    for chain in chains:
        state = f"{len(chain.flaws)} flaws" if chain.flaws else "whole"
        click.echo(
            f"workspace {chain.workspace_id}: {chain.receipts} receipts, {state}"
            + (f", head {chain.head}" if chain.head else "")
        )
        for note in chain.restored:
            click.echo(f"  {note}")
        for flaw in chain.flaws:
            place = "" if flaw.sequence is None else f"receipt {flaw.sequence}: "
            click.echo(f"  {place}{flaw.what}")


def _print_scan(seen: Scan | None) -> None:
    if seen is None:
        return
    for place, count in seen.found.items():
        click.echo(f"found: {place} ({count})")
    for place in seen.unseen:
        click.echo(f"not looked into: {place}")
    if not seen.found:
        click.echo("None of the texts was found.")
    if seen.unopened:
        click.echo(f"{seen.unopened} sealed values open with no key that is left.")

"""The command `tillside`."""

import sys

import click

from integration.app import build_house
from integration.commands import (
    agents,
    api_keys,
    audit,
    channel_flow,
    channels,
    conversations,
    database,
    demo,
    doctor,
    keys,
    processes,
    profile_links,
    profile_reading,
    profile_suggestions,
    profiles,
    segments,
    store_health,
    stores,
)
from integration.errors import AppError, MissingSetting
from integration.logs import structured as logs
from integration.settings import load
from platforms.errors import PlatformError


@click.group()
@click.version_option(package_name="tillside")
def cli() -> None:
    """Order context beside every customer conversation."""
    logs.configure(load().log_level, plain=sys.stderr.isatty())


stores.stores.add_command(store_health.health)
for _command in channel_flow.COMMANDS:
    channels.channels.add_command(_command)
for _command in (
    profile_links.link,
    profile_links.unlink,
    profile_links.shared,
    profile_links.undo,
    profile_links.history,
    profile_reading.summary,
    profile_reading.timeline,
    profile_reading.mentioned,
):
    profiles.profiles.add_command(_command)
profiles.profiles.add_command(profile_suggestions.suggestions)
profiles.profiles.add_command(profile_suggestions.dismiss)
for _command in (
    demo.demo,
    processes.up,
    processes.web,
    processes.worker,
    processes.scheduler,
    database.db,
    stores.stores,
    profiles.profiles,
    segments.segments,
    audit.audit,
    conversations.conversations,
    conversations.reports,
    agents.agents,
    api_keys.api_keys,
    channels.channels,
    keys.keys,
    doctor.doctor,
    *build_house().commands,
):
    cli.add_command(_command)


def main() -> None:
    """Run a command; an expected failure is one plain sentence and status 1."""
    try:
        cli.main(standalone_mode=True)
    except MissingSetting as error:
        click.echo(f"tillside: {error}", err=True)
        sys.exit(2)
    except (AppError, PlatformError) as error:
        click.echo(f"tillside: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

"""The processes: everything at once (`up`), or each by itself."""

import os
import socket
from collections.abc import Mapping, Sequence
from typing import get_args

import click

from integration.app import build_house, build_services, connect_valkey
from integration.commands.context import environment
from integration.errors import MissingSetting
from integration.jobs import QueueName
from integration.logs import error_reports
from integration.operations.known_keys import keep_telling_keys
from integration.operations.scraped import serve_metrics
from integration.operations.signs import keep_telling
from integration.privacy.restoring.gate import await_settled
from integration.privacy.restoring.settling import settle
from integration.processes.kept import keep, make_keys
from integration.processes.scheduler import schedule
from integration.processes.supervisor import Supervisor, supervised, tillside_command
from integration.processes.valkey import await_valkey, prepare_valkey
from integration.processes.worker import work
from integration.serving.only_web import be_the_only_web
from integration.serving.server import serve
from integration.setting_files import handed_on
from integration.settings import Settings, load
from integration.upgrade import upgrade

_WORKERS = tuple(("worker", "--queue", queue) for queue in get_args(QueueName))


@click.command()
def up() -> None:
    """Everything on this machine: web, workers, scheduler, Valkey, SQLite."""
    make_keys(os.environ)
    values = environment()
    settings = load(values)
    build_services(settings, values)
    _check_port(settings)
    click.echo(
        f"Tillside runs at {settings.app_url} (this machine: {settings.host}:"
        f"{settings.port}). Ctrl-C stops it."
    )
    with supervised() as supervisor:
        start_everything(supervisor, values)
        supervisor.watch()


def start_everything(supervisor: Supervisor, values: Mapping[str, str]) -> dict[str, str]:
    """Bring the schema up to date and start all parts; returns the settings that they run with.

    Where REDIS_URL is not set a Valkey of our own is one of them.
    """
    settings = load(values)
    upgrade(settings)
    _settle(settings, values)
    running = dict(handed_on(values))
    if not (os.environ.get("REDIS_URL") or os.environ.get("REDIS_URL_FILE")):
        server = prepare_valkey(settings.data_dir.resolve())
        supervisor.add("valkey", server.command, os.environ, stops_last=True)
        await_valkey(server)
        keep(values, {"REDIS_URL": server.url})
        running["REDIS_URL"] = server.url
    start_parts(supervisor, running)
    return running


def _settle(settings: Settings, values: Mapping[str, str]) -> None:
    """Erase again whom a backup brought back, before anything runs."""
    services = build_services(settings, values)
    settle(services)
    services.db.dispose()
    services.inbox.dispose()


def start_parts(supervisor: Supervisor, values: Mapping[str, str]) -> None:
    """Start web, workers and scheduler with these settings."""
    supervisor.add("web", tillside_command("web"), {**os.environ, **handed_on(values)})
    _start_apart(supervisor, (*_WORKERS, ("scheduler",)), values)


def _start_apart(
    supervisor: Supervisor, parts: Sequence[tuple[str, ...]], values: Mapping[str, str]
) -> None:
    """Start parts that serve their metrics at a port of their own: METRICS_PORT and those after."""
    first = load(values).metrics_port
    given = {**os.environ, **handed_on(values)}
    for number, part in enumerate(parts):
        port = {"METRICS_PORT": str(first + number)} if first else {}
        supervisor.add(" ".join(part), tillside_command(*part), {**given, **port})


def _check_port(settings: Settings) -> None:
    """Say in plain words that somebody else listens there, before the server says it in others."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise MissingSetting(
                f"HOST and PORT: {where} can't be used ({error.strerror})"
            ) from None


@click.command()
@click.option(
    "--for-people",
    is_flag=True,
    help="Takes no webhooks: pages, API and live streams only, beside a `web` that takes them.",
)
def web(for_people: bool) -> None:
    """The web process: webhooks, pages, API, live streams."""
    values = environment()
    settings = load(values)
    build_services(settings, values)
    os.environ.update(handed_on(values))
    _check_port(settings)
    place = None if for_people else be_the_only_web(settings)
    application = "front_for_people" if for_people else "front"
    serve(
        f"integration.app:{application}",
        settings.host,
        settings.port,
        logs=settings.log_level.upper() == "DEBUG",
    )
    if place is not None:
        place.close()


@click.command()
@click.option(
    "--queue",
    "queues",
    multiple=True,
    type=click.Choice(get_args(QueueName)),
    help="Only this queue; may be given more than once. Without it: a process for each.",
)
def worker(queues: tuple[QueueName, ...]) -> None:
    """Works off jobs: `live` (deliveries), `calls` (short calls to stores), `bulk` (long reads)."""
    values = environment()
    if not queues:
        with supervised() as supervisor:
            _start_apart(supervisor, _WORKERS, values)
            supervisor.watch()
        return
    settings = load(values)
    settings.require("redis_url")
    error_reports.configure(settings)
    house = build_house()
    services = build_services(settings, values, house=house)
    await_settled(services)
    connection = connect_valkey(settings)
    for queue in queues:
        keep_telling(connection, f"worker:{queue}")
    keep_telling_keys(connection, f"worker of {', '.join(queues)}", services.keyring)
    serve_metrics(settings)
    work(services, connection, house.jobs, queues)


@click.command()
def scheduler() -> None:
    """Enqueues what is due. Start as many as you like: one leads."""
    values = environment()
    settings = load(values)
    settings.require("redis_url")
    error_reports.configure(settings)
    house = build_house()
    services = build_services(settings, values, house=house)
    connection = connect_valkey(settings)
    keep_telling(connection, "scheduler")
    keep_telling_keys(connection, "scheduler", services.keyring)
    serve_metrics(settings)
    schedule(connection, services.jobs, house.jobs.values())

"""The application, put together: services, the doors, Flask, and the front before it."""

import multiprocessing
import os
from collections.abc import Mapping
from importlib import import_module

import structlog
from flask import Flask
from redis import Redis
from sqlalchemy import text

from channels import registry as channel_registry
from channels.port import Channel
from integration.crypto import Keyring, derive, keyring
from integration.db import Database
from integration.doors import House, Mounted
from integration.errors import MissingSetting
from integration.events import Events, RecordedEvents
from integration.events_valkey import ValkeyEvents
from integration.http import GuardedHttp
from integration.jobs import Jobs
from integration.logs import error_reports, request_log
from integration.logs import structured as logs
from integration.operations.known_keys import keep_telling_keys
from integration.pacing.shared import SharedPacing
from integration.pacing.urgency import PacingFor, not_shared
from integration.presence.quiet import QuietPresence
from integration.presence.records import Presence
from integration.presence.valkey import ValkeyPresence
from integration.privacy.restoring.gate import RestoreGate
from integration.processes.child import end_with_parent
from integration.processes.kept import kept_environment
from integration.recorded_jobs import RecordedJobs
from integration.rq_jobs import RqJobs
from integration.services import Services
from integration.serving import web_errors
from integration.serving.front import Elsewhere, Front
from integration.serving.health import ALWAYS_OPEN
from integration.serving.health import blueprint as health_blueprint
from integration.serving.server import settle_in
from integration.setting_files import Environment
from integration.settings import Settings, load
from integration.sockets import guarded_connect
from platforms import registry
from platforms.port import OutboundHttp, StorePlatform

log = structlog.get_logger(__name__)

# The doors and capabilities, by name only: each registers what it has when it is loaded.
PARTS = (
    "integration.agents.jobs",
    "integration.install.jobs",
    "integration.sync.jobs",
    "integration.reconciliation.jobs",
    "integration.privacy.jobs",
    "integration.search.jobs",
    "integration.conversations.mail_jobs",
    "integration.conversations.workflow_jobs",
    "integration.chat.jobs",
    "webhooks.door",
    "ui_embed.door",
    "ui_embed.widget.parts",
)


def build_house() -> House:
    """Everything that the parts register."""
    house = House()
    for name in PARTS:
        import_module(name).register(house)
    return house


def build_services(
    settings: Settings | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    house: House | None = None,
) -> Services:
    """The parts of this process. Raises MissingSetting that names what isn't set.

    Without REDIS_URL, jobs and news are only written down: enough for commands and tests.
    """
    environment = os.environ if environment is None else environment
    settings = settings or load(environment)
    settings.require("app_url", "secret_key", "encryption_keys")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    http = GuardedHttp(allow_private_addresses=settings.allow_private_addresses)
    definitions = (house or build_house()).jobs
    jobs: Jobs = RecordedJobs(definitions)
    events: Events = RecordedEvents()
    pacing: PacingFor = not_shared
    presence: Presence = QuietPresence()
    if settings.redis_url:
        connection = connect_valkey(settings)
        jobs, events = RqJobs(connection, definitions), ValkeyEvents(connection)
        pacing = SharedPacing(settings.redis_url)
        presence = ValkeyPresence(connection)
    names_key = derive(settings.secret_key.get_secret_value(), "erased-names")
    db = Database(settings.effective_database_url, names_key=names_key)
    return Services(
        settings=settings,
        db=db,
        inbox=Database(settings.effective_inbox_url) if db.is_sqlite else db,
        keyring=build_keyring(settings, environment),
        http=http,
        platforms=build_platforms(http, environment),
        channels=build_channels(settings),
        jobs=jobs,
        events=events,
        pacing=pacing,
        presence=presence,
    )


def build_keyring(settings: Settings, environment: Mapping[str, str]) -> Keyring:
    """The operator's keys; from a file they are taken anew when it changes."""
    if isinstance(environment, Environment) and environment.path_of("ENCRYPTION_KEYS"):
        return Keyring(lambda: environment["ENCRYPTION_KEYS"], environment.look_again)
    return keyring(settings.encryption_keys.get_secret_value())


def build_platforms(http: OutboundHttp, environment: Mapping[str, str]) -> dict[str, StorePlatform]:
    """The platforms of the registry that are set up. Raises MissingSetting that names what isn't
    set of one that is begun."""
    try:
        built = {slug: registry.factory(slug)(http, environment) for slug in registry.slugs()}
    except ValueError as error:
        raise MissingSetting(f"{error}; see .env.example") from None
    return {slug: platform for slug, platform in built.items() if platform is not None}


def build_channels(settings: Settings) -> dict[str, Channel]:
    """The channels of the registry; each opens its connections by the guard."""
    connect = guarded_connect(allow_private_addresses=settings.allow_private_addresses)
    return {slug: channel_registry.factory(slug)(connect) for slug in channel_registry.slugs()}


def connect_valkey(settings: Settings) -> "Redis":
    """A client of the Valkey at REDIS_URL; connects when it is first used."""
    return Redis.from_url(settings.redis_url, health_check_interval=30, socket_timeout=30)


def create_flask(services: Services, house: House) -> Flask:
    """The Flask application: the routes of people and of the API."""
    app = Flask("tillside", static_folder=None)
    app.secret_key = services.settings.secret_key.get_secret_value()
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    app.extensions["services"] = services
    app.register_blueprint(health_blueprint)
    for blueprint in house.blueprints:
        app.register_blueprint(blueprint)
    web_errors.register(app)
    request_log.register(app)
    for name in PARTS:
        prepare = getattr(import_module(name), "prepare", None)
        if prepare is not None:
            prepare(app)
    return app


def create_front(services: Services, house: House, *, for_people_only: bool = False) -> Front:
    """The one front: deliveries and live streams natively, everything else by Flask's threads.

    One for people only sends deliveries away to come again: they are another process'.
    """
    mounted: dict[str, Mounted] = {
        prefix: Elsewhere() if for_people_only and prefix in house.machines else factory(services)
        for prefix, factory in house.mounted.items()
    }
    gate = RestoreGate(services)
    flask = create_flask(services, house)
    flask.extensions["restore_gate"] = gate
    always = (*house.machines, *ALWAYS_OPEN)

    def refusal(path: str) -> str | None:
        reason = gate.reason()
        return None if reason is None or path.startswith(always) else reason

    return Front(flask, mounted, house.large, refusal)


def front() -> Front:
    """The front of a web process, from the environment: what the server is pointed at."""
    return _front(for_people_only=False)


def front_for_people() -> Front:
    """The front of a web process that takes no deliveries."""
    return _front(for_people_only=True)


def _front(*, for_people_only: bool) -> Front:
    if multiprocessing.parent_process() is not None:
        # A killed server leaves its workers behind, and they keep its port and its old settings.
        end_with_parent()
    values = kept_environment(os.environ)
    settings = load(values)
    logs.configure(settings.log_level)
    error_reports.configure(settings)
    house = build_house()
    services = build_services(settings, values, house=house)
    with services.db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    if settings.redis_url:
        keep_telling_keys(connect_valkey(settings), "web", services.keyring)
    made = create_front(services, house, for_people_only=for_people_only)
    settle_in()
    return made

"""`tillside doctor`: what is well and what isn't, in plain words, and what to do about it."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import click
from redis.exceptions import RedisError
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from integration.app import connect_valkey
from integration.commands.context import as_json, print_json, with_services
from integration.models import Alarm, Store, StoreSync
from integration.models.vocabulary import StoreStatus
from integration.operations import condition, findings, queues, schema, storage
from integration.operations.data_keys import count_wraps
from integration.operations.findings import Finding, finding
from integration.operations.key_findings import of_keys
from integration.operations.known_keys import Knower, knowers
from integration.operations.mail import look_at_mail, of_mail
from integration.operations.privacy import look_at_privacy, of_privacy
from integration.operations.wall import look_at_wall
from integration.services import Services


@click.command()
@as_json
@with_services
def doctor(services: Services, as_json: bool) -> None:
    """Look at everything that has to be well; status 1 when something is ill."""
    found = list(_look(services))
    if as_json:
        print_json([one.as_dict() for one in found])
    else:
        for one in found:
            click.echo(f"{'ok ' if one.ok else 'ILL'}  {one.part}: {one.says}")
            if one.do:
                click.echo(f"     → {one.do}")
    sys.exit(0 if all(one.ok for one in found) else 1)


def _look(services: Services) -> Iterator[Finding]:
    try:
        held = schema.schemas(services)
    except SQLAlchemyError as error:
        says = type(error).__name__
        yield finding("database", False, says, "see that it runs, and that DATABASE_URL is right")
        held = []
    yield from _surroundings(services)
    if held:
        yield finding("database", True, services.db.engine.dialect.name)
        yield findings.of_schema(held)
        yield look_at_wall(services)
        yield _clock(services)
        try:
            yield from _contents(services)
        except SQLAlchemyError as error:
            yield finding("contents", False, type(error).__name__, "run `tillside db upgrade`")


def _surroundings(services: Services) -> Iterator[Finding]:
    yield from _valkey(services)
    yield _address(services)
    yield findings.of_room(storage.free_bytes(services), storage.ENOUGH_BYTES)


def _contents(services: Services) -> Iterator[Finding]:
    yield _keys(services)
    found = condition.look(services)
    yield findings.of_stores(found, _failed(services))
    yield from findings.of_deliveries(found)
    yield from of_mail(look_at_mail(services))
    yield of_privacy(look_at_privacy(services))
    yield findings.of_proof(found)
    yield findings.of_alarms(found, _newest_alarm(services))


def _valkey(services: Services) -> Iterator[Finding]:
    if not services.settings.redis_url:
        says = "REDIS_URL is not set and `tillside up` doesn't run here"
        yield finding("valkey", False, says, "start `tillside up`, or set REDIS_URL")
        return
    try:
        told = queues.look(connect_valkey(services.settings))
    except RedisError as error:
        says = f"doesn't answer ({type(error).__name__})"
        yield finding("valkey", False, says, "start it; nothing is lost meanwhile, only later")
        return
    yield finding("valkey", True, "answers")
    yield from findings.of_queues(told)


def _keys(services: Services) -> Finding:
    known: list[Knower] = []
    if services.settings.redis_url:
        # Where Valkey doesn't answer, that is told apart.
        with suppress(RedisError):
            known = knowers(connect_valkey(services.settings))
    return of_keys(services.keyring.keys, count_wraps(services), known)


def _address(services: Services) -> Finding:
    url = services.settings.app_url
    ok = url.startswith("https://") or services.settings.allow_private_addresses
    says = url if ok else f"{url} isn't https: no store can reach it"
    return finding("APP_URL", ok, says, "put a proxy with a certificate before it")


def _clock(services: Services) -> Finding:
    if services.db.is_sqlite:
        return finding("clock", True, "the database has this machine's own")
    before = services.now()
    with services.db.engine.connect() as connection:
        told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return findings.of_clock((before - told.astimezone(UTC)).total_seconds())


def _failed(services: Services) -> dict[str, str]:
    """What the last reading of a store failed at, by its domain."""
    with services.db.across_workspaces() as session:
        rows = session.execute(
            select(Store.domain, StoreSync.error)
            .join(StoreSync, StoreSync.store_id == Store.id)
            # What one that is gone failed at last is nobody's trouble.
            .where(StoreSync.error.is_not(None), Store.status != StoreStatus.DISCONNECTED)
            .order_by(Store.domain)
        ).all()
    return {row.domain: str(row.error) for row in rows}


def _newest_alarm(services: Services) -> str | None:
    statement = select(Alarm.message).where(Alarm.cleared_at.is_(None))
    with services.db.across_workspaces() as session:
        return session.execute(statement.order_by(Alarm.id.desc()).limit(1)).scalar()

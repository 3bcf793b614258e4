"""`tillside doctor`: what is well and what isn't, in plain words."""

import sys

import click
from redis.exceptions import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from integration.app import connect_valkey
from integration.commands.context import as_json, print_json, with_services
from integration.models import Alarm, DeliveryWork, Store, StoreSync
from integration.models.vocabulary import StoreStatus, WorkState
from integration.services import Services


@click.command()
@as_json
@with_services
def doctor(services: Services, as_json: bool) -> None:
    """Look at settings, database, Valkey, stores and deliveries; status 1 when something is ill."""
    findings = [_database(services), _valkey(services), _address(services)]
    if findings[0]["ok"]:
        findings += [_stores(services), _parked(services), _alarms(services)]
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            click.echo(f"{'ok ' if finding['ok'] else 'ILL'}  {finding['part']}: {finding['says']}")
    sys.exit(0 if all(finding["ok"] for finding in findings) else 1)


def _finding(part: str, ok: bool, says: str) -> dict[str, object]:
    return {"part": part, "ok": ok, "says": says}


def _database(services: Services) -> dict[str, object]:
    try:
        with services.db.engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM workspaces"))
    except SQLAlchemyError as error:
        return _finding("database", False, f"{type(error).__name__}; run `tillside db upgrade`")
    return _finding("database", True, services.db.engine.dialect.name)


def _valkey(services: Services) -> dict[str, object]:
    if not services.settings.redis_url:
        return _finding("valkey", False, "REDIS_URL is not set and `tillside up` doesn't run here")
    try:
        connect_valkey(services.settings).ping()
    except RedisError as error:
        return _finding("valkey", False, f"doesn't answer ({type(error).__name__})")
    return _finding("valkey", True, "answers")


def _address(services: Services) -> dict[str, object]:
    url = services.settings.app_url
    ok = url.startswith("https://") or services.settings.allow_private_addresses
    return _finding("APP_URL", ok, url if ok else f"{url} isn't https: no store can reach it")


def _stores(services: Services) -> dict[str, object]:
    with services.db.across_workspaces() as session:
        rows = session.execute(select(Store.status, func.count()).group_by(Store.status)).all()
        failed = session.execute(
            select(Store.domain, StoreSync.error)
            .join(StoreSync, StoreSync.store_id == Store.id)
            # What one that is gone failed at last is nobody's trouble.
            .where(StoreSync.error.is_not(None), Store.status != StoreStatus.DISCONNECTED)
            .order_by(Store.domain)
        ).all()
    counts: dict[str, int] = {row[0]: row[1] for row in rows}
    ill = bool(counts.get(StoreStatus.REAUTHORIZE) or failed)
    says = ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "none yet"
    return _finding("stores", not ill, "; ".join([says, *(f"{d}: {e}" for d, e in failed)]))


def _parked(services: Services) -> dict[str, object]:
    with services.db.across_workspaces() as session:
        parked = session.execute(
            select(func.count()).where(DeliveryWork.state == WorkState.PARKED)
        ).scalar_one()
    says = f"{parked} parked; see `tillside deliveries list --state parked`"
    return _finding("deliveries", not parked, says if parked else "none parked")


def _alarms(services: Services) -> dict[str, object]:
    with services.db.across_workspaces() as session:
        rows = session.execute(select(Alarm.code, func.count()).group_by(Alarm.code)).all()
        newest = session.execute(select(Alarm.message).order_by(Alarm.id.desc()).limit(1)).scalar()
    if not rows:
        return _finding("alarms", True, "none")
    counts = ", ".join(
        f"{count} {code}" for code, count in sorted((row[0], row[1]) for row in rows)
    )
    return _finding("alarms", False, f"{counts} raised; the newest: {newest}")

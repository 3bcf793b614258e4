"""For operators: alive, ready, metrics."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import CollectorRegistry
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from integration.operations import gauges, schema, storage
from integration.operations.scraped import may_scrape
from integration.services import Services

blueprint = Blueprint("health", __name__)
_ANSWERS_WITHIN_SECONDS = 2
# What operators' programs ask, whatever keeps people out.
ALWAYS_OPEN = ("/healthz", "/readyz", "/metrics")


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 while the process answers at all."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 when database and Valkey answer, the schema is ours, the inbox takes deliveries, and a
    restored database holds the erasures of its journal. Else 503 that names what doesn't.
    """
    services: Services = current_app.extensions["services"]
    answers = _database(services)
    parts = {
        "database": answers,
        "valkey": _valkey(services),
        "schema": answers and schema.is_current(services),
        "inbox": answers and storage.takes_deliveries(services),
        "erasures": answers and _why_closed() is None,
    }
    told: dict[str, Any] = {"status": "ok" if all(parts.values()) else "not_ready"}
    if answers and (reason := _why_closed()) is not None:
        told["reason"] = reason
    answer = jsonify({**told, "parts": parts})
    answer.status_code = 200 if all(parts.values()) else 503
    return answer


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus' text format, for who may scrape: this process' counters, the house's gauges."""
    services: Services = current_app.extensions["services"]
    if not may_scrape(services.settings, request.remote_addr, request.headers.get):
        abort(404)
    text = generate_latest() + generate_latest(_house(services))
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _house(services: Services) -> CollectorRegistry:
    kept = current_app.extensions
    if "gauges" not in kept:
        kept["gauges"] = gauges.registry_of(services, _client(services))
    registry: CollectorRegistry = kept["gauges"]
    return registry


def _why_closed() -> str | None:
    """Why a restored database may not be looked at yet."""
    gate = current_app.extensions.get("restore_gate")
    reason: str | None = None if gate is None else gate.reason()
    return reason


def _database(services: Services) -> bool:
    try:
        with services.db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _valkey(services: Services) -> bool:
    client = _client(services)
    if client is None:
        return False
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


def _client(services: Services) -> "Redis | None":
    url = services.settings.redis_url
    return Redis.from_url(url, socket_timeout=_ANSWERS_WITHIN_SECONDS) if url else None

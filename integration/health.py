"""For operators: alive, ready, metrics."""

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from integration.services import Services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 while the process answers at all."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 when database and Valkey answer, else 503 that names what doesn't."""
    services: Services = current_app.extensions["services"]
    parts = {"database": _database(services), "valkey": _valkey(services)}
    answer = jsonify({"status": "ok" if all(parts.values()) else "not_ready", "parts": parts})
    answer.status_code = 200 if all(parts.values()) else 503
    return answer


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus' text format."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _database(services: Services) -> bool:
    try:
        with services.db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _valkey(services: Services) -> bool:
    if not services.settings.redis_url:
        return False
    client = Redis.from_url(services.settings.redis_url, socket_timeout=2)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()

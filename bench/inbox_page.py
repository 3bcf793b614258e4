"""The inbox as its agents get it: whole requests through the application, without a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey

from bench.inbox_people import DOMAIN
from bench.inbox_world import KEYS, NOW
from integration.app import build_house, build_services, create_flask
from integration.db import Database
from integration.logs import structured as logs
from integration.serving.server import settle_in
from integration.settings import load

_CLIENT, _SECRET = "the-client-id", "shpss_of_the_benchmark"


@dataclass(frozen=True, slots=True)
class Inbox:
    """The application on a database; its clock stands still."""

    db: Database
    client: FlaskClient

    def read(self, address: str, staff: int) -> bytes:
        """What somebody of the first store's staff gets. Raises RuntimeError unless it is 200."""
        headers = {"Authorization": f"Bearer {_token(staff)}"}
        answer = self.client.get(address, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code} {answer.text[:300]}")
        page: bytes = answer.data
        return page


@contextmanager
def opened(db: Database) -> Iterator[Inbox]:
    """The application on this database."""
    with TemporaryDirectory(prefix="tillside-inbox-") as folder:
        environment = {
            "APP_URL": "https://tillside.example",
            "DATA_DIR": str(Path(folder)),
            "DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
            "SECRET_KEY": "only-for-the-benchmark-on-this-machine",
            "ENCRYPTION_KEYS": KEYS,
            "SHOPIFY_API_KEY": _CLIENT,
            "SHOPIFY_API_SECRET": _SECRET,
        }
        house = build_house()
        services = build_services(load(environment), environment, house=house)
        for unused in {services.db, services.inbox}:
            unused.dispose()
        logs.configure(services.settings.log_level)
        services = replace(services, db=db, inbox=db, now=lambda: NOW)
        client = create_flask(services, house).test_client(use_cookies=False)
        # As a web process does.
        settle_in()
        yield Inbox(db, client)


def _token(staff: int) -> str:
    """A session token as App Bridge makes them."""
    now, shop = int(NOW.timestamp()), DOMAIN.format(1)
    claims = {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": _CLIENT,
        "sub": str(staff),
        "exp": now + 60,
        "nbf": now - 5,
        "iat": now - 5,
        "jti": f"of-{staff}",
        "sid": "of-the-benchmark",
    }
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(_SECRET))

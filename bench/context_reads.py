"""One read of a person: over HTTP as a panel asks, and raw, of the same rows."""

import socket
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OctKey

from bench.mirror import SHOP

SECRET, CLIENT = "shpss_of_the_benchmark", "the-client-id"
API_KEY = "tsk_of_the_benchmark"
_KEY = OctKey.import_key(SECRET)
_ORDERS = "SELECT {} FROM orders WHERE profile_id = ?1 ORDER BY placed_at DESC, id DESC LIMIT 21"
_PARTS = (
    f"({_ORDERS.format('store_id, external_id')}) o CROSS JOIN {{0}} p"
    " ON p.store_id = o.store_id AND p.order_external_id = o.external_id"
)
_RAW = (
    "SELECT * FROM profiles WHERE id = ?1",
    "SELECT * FROM profile_totals WHERE profile_id = ?1",
    "SELECT * FROM identities WHERE profile_id = ?1",
    "SELECT * FROM stores JOIN store_syncs ON store_syncs.store_id = stores.id"
    " WHERE stores.workspace_id = 1 AND ?1",
    _ORDERS.format("*"),
    f"SELECT p.*, v.image_url, v.stock FROM {_PARTS.format('order_lines')}"
    " LEFT JOIN variants v ON v.store_id = p.store_id AND v.external_id = p.variant_external_id",
    f"SELECT p.* FROM {_PARTS.format('fulfillments')}",
    f"SELECT p.* FROM {_PARTS.format('refunds')}",
)


class Panel:
    """Asks for people over one keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self, request: bytes) -> bytes:
        """The whole answer's body. Raises RuntimeError unless it is 200."""
        self._socket.sendall(request)
        told = b""
        while b"\r\n\r\n" not in told:
            told += self._more()
        head, _, body = told.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"refused: {told[:300]!r}")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        return body

    def _more(self) -> bytes:
        more = self._socket.recv(1 << 16)
        if not more:
            raise RuntimeError("the connection was closed")
        return more

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def request(way: str, order: str) -> bytes:
    """What a panel sends: with a token of its own (`session`), or with the API key."""
    credential = session_token(_KEY, order) if way == "session" else API_KEY
    return (
        f"GET /api/v1/context?order={order} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {credential}\r\nAccept: application/json\r\n\r\n"
    ).encode()


def session_token(key: OctKey, name: str) -> str:
    """A Shopify session token, as App Bridge makes them; each name has its own."""
    now = int(time.time())
    claims = {
        "iss": f"https://{SHOP}/admin",
        "dest": f"https://{SHOP}",
        "aud": CLIENT,
        "sub": "42",
        "exp": now + 60,
        "nbf": now - 5,
        "iat": now - 5,
        "jti": name,
        "sid": "of-the-benchmark",
    }
    return jwt.encode({"alg": "HS256"}, claims, key)


def raw(path: Path) -> tuple[Callable[[str], None], sqlite3.Connection]:
    """Reads the rows behind an order's person, as plainly as can be; and its connection."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    connection.execute("PRAGMA cache_size=-65536")
    who = "SELECT profile_id FROM orders WHERE store_id = 1 AND external_id = ?"

    def read(order: str) -> None:
        person = connection.execute(who, (order,)).fetchone()
        for statement in _RAW:
            connection.execute(statement, person).fetchall()

    return read, connection

"""A stand-in Shopify with many orders in a process of its own, and a peer that reads them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from integration.http import GuardedHttp

PEER = "airbyte-source-shopify==4.3.0"
_SHIM = Path(__file__).parent / "peers" / "airbyte_shopify.py"
_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_TYPES = "urn:{}:params:oauth:token-type:{}"
# More than anybody asks for: what a bucket does is measured elsewhere.
_POINTS_A_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Stand:
    """A stand-in that serves: one shop of it, with a token that reads everything."""

    url: str
    shop: str
    token: str
    pid: int

    def control(self, path: str, **body: Any) -> Any:
        """What `/_control/<path>` answers."""
        return _control(self.url, path, **body)


@contextmanager
def stand_in(orders: int, *, app: dict[str, Any] | None = None) -> Iterator[Stand]:
    """Serve so many orders while the block runs; `app` is its registration (`AppConfig`)."""
    app = {"client_id": "the-client-id", "secrets": ["shpss_of_the_benchmark"], **(app or {})}
    command = [sys.executable, "-m", "simulators.shopify", f"--orders={orders}"]
    command += [f"--restore-rate={_POINTS_A_SECOND}", "--app-config", json.dumps(app)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().removeprefix("ready ").strip()
        # The one with so many orders is the first.
        installed = _control(url, "app/install")
        if "read_all_orders" not in installed["scopes"]:
            raise RuntimeError("the app may not read all orders")
        shop, token = _exchanged(url, app)
        yield Stand(url, shop, token, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            # It gives back the memory of a hundred thousand orders: nobody waits for that.
            process.kill()
            process.wait()
        process.stdout.close()


def peer(folder: Path, python: Path, stand: Stand) -> tuple[float, int]:
    """Seconds from the peer's first page of orders to its end, and how many orders it told."""
    config = {
        "shop": stand.shop.removesuffix(".myshopify.com"),
        "start_date": "2000-01-01",
        "credentials": {"auth_method": "api_password", "api_password": stand.token},
    }
    stream = {"name": "orders", "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    how = {"sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
    (folder / "config.json").write_bytes(orjson.dumps(config))
    (folder / "catalog.json").write_bytes(orjson.dumps({"streams": [{"stream": stream, **how}]}))
    command = [str(python), str(_SHIM), "read"]
    command += ["--config", str(folder / "config.json")]
    command += ["--catalog", str(folder / "catalog.json")]
    told = folder / "records.jsonl"
    with told.open("wb") as out:
        done = subprocess.run(
            command,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "STAND_IN": stand.url},
            stdout=out,
            stderr=subprocess.PIPE,
            check=True,
        )
    seconds = float(done.stderr.decode().rsplit("seconds ", 1)[1])
    with told.open("rb") as lines:
        count = sum(b'"type":"RECORD"' in line[:40] for line in lines)
    return seconds, count


def _exchanged(url: str, app: dict[str, Any]) -> tuple[str, str]:
    """The shop's domain, and an offline token for it."""
    session = _control(url, "app/session-token")["token"]
    shop = str(orjson.loads(_http().send("GET", f"{url}/_control/shops").body)[0]["domain"])
    asked = {
        "client_id": app["client_id"],
        "client_secret": app["secrets"][0],
        "grant_type": _TOKEN_EXCHANGE,
        "subject_token": session,
        "subject_token_type": _TYPES.format("ietf", "id_token"),
        "requested_token_type": _TYPES.format("shopify", "offline-access-token"),
    }
    answer = _posted(f"{url}/{shop}/admin/oauth/access_token", asked)
    return shop, str(answer["access_token"])


def _control(url: str, path: str, **body: Any) -> Any:
    return _posted(f"{url}/_control/{path}", body)


def _posted(url: str, body: dict[str, Any]) -> Any:
    headers = {"Content-Type": "application/json"}
    told = orjson.dumps(body)
    # A shop of a hundred thousand orders has to sort them once before its first answer.
    answer = _http().send("POST", url, headers=headers, body=told, timeout_seconds=120)
    return orjson.loads(answer.body)


def _http() -> GuardedHttp:
    return GuardedHttp(allow_private_addresses=True)

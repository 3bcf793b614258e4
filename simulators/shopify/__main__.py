"""`python -m simulators.shopify`: serve a seeded stand-in until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import fields
from pathlib import Path

from simulators.serving import ended_by_signal
from simulators.shopify.config import AppConfig
from simulators.shopify.seed.demo import DEFAULT_ORDERS, seeded
from simulators.shopify.server import Server, create_app
from simulators.shopify.webhooks.outbox import RETRY_SECONDS


def app_config(text: str | None) -> AppConfig:
    """The app of a JSON text, or of a file when it begins with `@`."""
    if not text:
        return AppConfig()
    if text.startswith("@"):
        text = Path(text[1:]).read_text(encoding="utf-8")
    given = json.loads(text)
    known = {field.name for field in fields(AppConfig)}
    unknown = sorted(set(given) - known)
    if unknown:
        raise SystemExit(f"unknown in --app-config: {', '.join(unknown)}")
    return AppConfig(**given)


def main() -> int:
    parser = argparse.ArgumentParser(prog="simulators.shopify", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--app-config", help="JSON of the app's registration, or @file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=DEFAULT_ORDERS)
    parser.add_argument("--extension-dist", type=Path, help="dist/ of the built UI extension")
    parser.add_argument(
        "--retry-seconds", default="", help="pauses before a webhook is sent again: 1,2,4,8"
    )
    parser.add_argument(
        "--restore-rate",
        type=float,
        default=0.0,
        help="points a second of every shop: Plus has 1000",
    )
    options = parser.parse_args()
    state = seeded(app_config(options.app_config), options.seed, options.orders)
    for shop in state.shops.values() if options.restore_rate else ():
        shop.restore_rate, shop.bucket_size = options.restore_rate, options.restore_rate * 20
    pauses = tuple(float(one) for one in options.retry_seconds.split(",") if one)
    app = create_app(
        state, retry_seconds=pauses or RETRY_SECONDS, extension_dist=options.extension_dist
    )
    server = Server(state, app, options.host, options.port)
    ended = ended_by_signal()
    server.start()
    print(f"ready {state.base_url}", flush=True)
    ended.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

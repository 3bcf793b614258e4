"""`python -m simulators.woocommerce`: serve seeded sites until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulators.serving import ended_by_signal
from simulators.woocommerce.admin.plugin.installed import Plugin
from simulators.woocommerce.bodies.order import warm
from simulators.woocommerce.seed.demo import DEFAULT_ORDERS, seeded
from simulators.woocommerce.server import Server, create_app


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulators.woocommerce", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=DEFAULT_ORDERS)
    parser.add_argument("--customers", type=int)
    parser.add_argument("--latency-seconds", type=float, default=0.0)
    parser.add_argument("--cron-delay-seconds", type=float, default=0.0)
    parser.add_argument("--answers-within-seconds", type=float, default=60.0)
    parser.add_argument("--auto-consent", action="store_true", help="wc-auth approves by itself")
    parser.add_argument("--plugin-dir", type=Path, help="the folder of the WordPress plugin")
    parser.add_argument("--app-url", default="", help="the service that the plugin is built for")
    return parser.parse_args()


def main() -> int:
    options = _options()
    state = seeded(options.seed, options.orders, options.customers)
    for site in state.sites.values():
        site.latency_seconds = options.latency_seconds
        site.auto_consent = options.auto_consent
        site.switches.cron_delay_seconds = options.cron_delay_seconds
        site.switches.answers_within_seconds = options.answers_within_seconds
    if options.plugin_dir is not None:
        state.resources["plugin"] = Plugin(options.plugin_dir, options.app_url.rstrip("/"))
    server = Server(state, create_app(state), options.host, options.port)
    ended = ended_by_signal()
    server.start()
    for site in state.sites.values():
        warm(state, site)
    print(f"ready {state.base_url}", flush=True)
    ended.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

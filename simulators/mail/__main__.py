"""`python -m simulators.mail`: serve mailboxes until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import sys

from simulators.mail.model import State
from simulators.mail.server import Server
from simulators.serving import ended_by_signal


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulators.mail", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--mailbox", action="append", default=[], help="an address that has one")
    return parser.parse_args()


def main() -> int:
    options = _options()
    state = State()
    for address in options.mailbox:
        state.open(address)
    server = Server(state, host=options.host, port=options.port, smtp_port=options.smtp_port)
    ended = ended_by_signal()
    server.start()
    print(f"ready {server.base_url}", flush=True)
    ended.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

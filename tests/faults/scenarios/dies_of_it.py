"""Workers' processes in which whoever parses the poison dies, as by a fault in a C library.

`python -m tests.faults.scenarios.dies_of_it JSON` reads moments from its input, one a line, and
drains at each in a process of its own (a fork of one that has no threads); it answers how that
process ended.
"""

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.webhooks.parts import make_services
from webhooks.drain import drain

DIED = 17


def main() -> None:
    """Fork, wait, answer, until the input ends."""
    given = json.loads(sys.argv[1])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            drain_at(datetime.fromisoformat(line.strip()), given)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def drain_at(now: datetime, given: dict[str, Any]) -> None:
    """Drain once, or die."""
    folder, url, keys = Path(given["folder"]), given["url"], given["keys"]
    services = make_services(folder, lambda: now, url=url, keys=keys)
    gate = services.platforms["shopify"].gate
    genuine = gate.parse
    names = [json.dumps(name).encode() for name in given["poison"]]

    def parse(envelope: Any, body: bytes, *more: Any) -> Any:
        if any(b'"name": ' + name in body for name in names):
            os._exit(DIED)
        return genuine(envelope, body, *more)

    gate.parse = parse  # type: ignore[method-assign]
    drain(services)


if __name__ == "__main__":
    main()

"""The receiver as a process of its own: `python -m tests.webhooks.served FOLDER PORT KEYS`."""

import os
import sys
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from integration.clock import utc_now
from tests.webhooks.parts import make_services
from webhooks.receiver import Receiver, create


def receiver() -> Receiver:
    """What granian loads."""
    folder, keys = os.environ["TEST_FOLDER"], os.environ["TEST_KEYS"]
    return create(make_services(Path(folder), utc_now, keys=keys))


def main() -> None:
    """Serve until killed."""
    os.environ["TEST_FOLDER"], os.environ["TEST_KEYS"] = sys.argv[1], sys.argv[3]
    Granian(
        "tests.webhooks.served:receiver",
        factory=True,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        address="127.0.0.1",
        port=int(sys.argv[2]),
        workers=1,
        websockets=False,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main()

"""The receiver as a process of its own: `python -m tests.webhooks.served FOLDER PORT KEYS`."""

import os
import sys
from pathlib import Path

from integration.clock import utc_now
from tests.granian_server import serve
from tests.webhooks.parts import make_services
from webhooks import receiver as door
from webhooks.receiver import Receiver, create


def receiver() -> Receiver:
    """What granian loads."""
    # Senders outlast a machine that stands still.
    door.PATIENCE_SECONDS = 60.0
    folder, keys = os.environ["TEST_FOLDER"], os.environ["TEST_KEYS"]
    return create(make_services(Path(folder), utc_now, keys=keys))


def main() -> None:
    """Serve until killed."""
    os.environ["TEST_FOLDER"], os.environ["TEST_KEYS"] = sys.argv[1], sys.argv[3]
    serve("tests.webhooks.served:receiver", int(sys.argv[2]))


if __name__ == "__main__":
    main()

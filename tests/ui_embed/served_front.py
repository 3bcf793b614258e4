"""The whole front with a world behind it, on granian; FILE tells a signed-in session's token.

`python -m tests.ui_embed.served_front FOLDER PORT FILE`.
"""

import os
import sys
from pathlib import Path

from integration.app import create_front
from integration.serving.front import Front
from tests.granian_server import serve
from tests.ui_embed.sites import session_token
from tests.ui_embed.world import build_world


def front() -> Front:
    """What granian loads."""
    folder, port = Path(os.environ["TEST_FOLDER"]), os.environ["TEST_PORT"]
    world = build_world(folder, app_url=f"http://localhost:{port}")
    Path(os.environ["TEST_FILE"]).write_text(session_token(world), encoding="utf-8")
    return create_front(world.services, world.house)


def main() -> None:
    """Serve until killed."""
    names = ("TEST_FOLDER", "TEST_PORT", "TEST_FILE")
    os.environ.update(zip(names, sys.argv[1:], strict=True))
    serve("tests.ui_embed.served_front:front", int(os.environ["TEST_PORT"]))


if __name__ == "__main__":
    main()

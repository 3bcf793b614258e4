"""The whole front with a chat and a form behind it, on granian.

`python -m tests.ui_embed.widget.served_shop FOLDER PORT SHOP_PORT VALKEY FILE`: FILE tells what a
test needs to open the same data.
"""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from redis import Redis

from integration.app import create_front
from integration.clock import utc_now
from integration.events_valkey import ValkeyEvents
from integration.presence.valkey import ValkeyPresence
from integration.serving.front import Front
from tests.granian_server import serve
from tests.ui_embed.widget.chats import add_chat, add_form, desk
from tests.ui_embed.world import build_world

NAMES = ("TEST_FOLDER", "TEST_PORT", "TEST_SHOP_PORT", "TEST_VALKEY", "TEST_FILE")
KEYS = "k1:" + "QUFB" * 10 + "QUE"


def front() -> Front:
    """What granian loads."""
    folder, port, shop, valkey, file = (os.environ[name] for name in NAMES)
    world = build_world(
        Path(folder),
        app_url=f"http://localhost:{port}",
        REDIS_URL=valkey,
        SHOPIFY_URL_TEMPLATE=f"http://127.0.0.1:{shop}/{{shop}}",
        ENCRYPTION_KEYS=KEYS,
    )
    connection = Redis.from_url(valkey)
    services = replace(
        world.services,
        events=ValkeyEvents(connection),
        presence=ValkeyPresence(connection),
        now=utc_now,
    )
    world.services = services
    add_chat(world, settings={"invites": False})
    add_form(world)
    agent = desk(world).agent_id
    made = create_front(services, world.house)
    told = {"workspace_id": world.workspace_id, "agent_id": agent, "store_id": world.store_id}
    Path(file).write_text(json.dumps(told), encoding="utf-8")
    return made


def main() -> None:
    """Serve until killed."""
    os.environ.update(zip(NAMES, sys.argv[1:], strict=True))
    serve("tests.ui_embed.widget.served_shop:front", int(os.environ["TEST_PORT"]))


if __name__ == "__main__":
    main()

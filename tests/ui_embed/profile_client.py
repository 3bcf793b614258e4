"""A page of a person's as its script asks for it, and the words that stand on it."""

import re
from typing import Any

from flask.testing import FlaskClient

from tests.ui_embed.world import World

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def words_of(html: str) -> str:
    """The words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def part_of_page(client: FlaskClient, world: World, path: str) -> str:
    """A person's page alone, as a script swaps it in."""
    answer = client.get(path, headers={**world.bearer(), **PART})
    assert answer.status_code == 200
    return answer.text


def post(client: FlaskClient, world: World, path: str, **fields: str) -> Any:
    """The answer to a form that a script sends."""
    return client.post(path, data=fields, headers={**world.bearer(), **PART})

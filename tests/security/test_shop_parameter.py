"""A `shop` parameter or header that disagrees with the token: 401, or it is ignored."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from integration.models import Profile
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import SAME, sign_in
from tests.ui_embed.world import DOMAIN, KEY, OTHER_DOMAIN, World, mint

CANARY = "Canary of the other workspace"
PATHS = (
    "/api/v1/context?order=1042",
    "/api/v1/conversations?view=open",
    "/api/v1/segments?limit=5",
    "/shopify/app?order=1042",
    "/panel?order=1042",
)
# Names by which a shop, store or workspace might be chosen, each by whom it isn't.
PARAMETERS = {
    "shop": OTHER_DOMAIN,
    "host": "YmFsdGljLm15c2hvcGlmeS5jb20vYWRtaW4",
    "store": OTHER_DOMAIN,
    "workspace": "2",
    "workspace_id": "2",
    "store_id": "2",
}
HEADERS = {
    "X-Shopify-Shop-Domain": OTHER_DOMAIN,
    "X-Shop": OTHER_DOMAIN,
    "X-Workspace-Id": "2",
    "X-Forwarded-Host": OTHER_DOMAIN,
    "Referer": f"https://{OTHER_DOMAIN}/admin",
}


@pytest.fixture
def both(world: World) -> World:
    """The same person in both workspaces; the other one's is called by another name."""
    add_person(world)
    theirs = add_person(world, other=True)
    with world.services.db.workspace(world.other_workspace_id, write=True) as session:
        session.execute(update(Profile).where(Profile.id == theirs).values(display_name=CANARY))
    return world


def _ask(client: FlaskClient, path: str, headers: dict[str, str]) -> Any:
    return client.get(path, headers=headers, base_url="https://localhost")


def _assert_ours_or_refused(answer: Any) -> None:
    assert answer.status_code in (200, 302, 303, 400, 401, 404), answer.text
    assert CANARY not in answer.text
    # A browser may be led to install another shop; it is led to nobody's data.
    assert answer.headers.get("Location", "/").startswith("/")


@pytest.mark.parametrize("by", ["session token", "API key", "cookie"])
@pytest.mark.parametrize("path", PATHS)
def test_shop_parameter(both: World, client: FlaskClient, path: str, by: str) -> None:
    headers = {"session token": {"Authorization": f"Bearer {mint(DOMAIN)}"},
               "API key": {"Authorization": f"Bearer {KEY}"},
               "cookie": SAME}[by]  # fmt: skip
    if by == "cookie":
        sign_in(both, client)
    for name, value in PARAMETERS.items():
        _assert_ours_or_refused(_ask(client, f"{path}&{name}={value}", headers))
    for name, value in HEADERS.items():
        _assert_ours_or_refused(_ask(client, path, {**headers, name: value}))


def test_the_tokens_own_shop_is_opened(both: World, client: FlaskClient) -> None:
    for domain, is_theirs in ((DOMAIN, False), (OTHER_DOMAIN, True)):
        headers = {"Authorization": f"Bearer {mint(domain)}"}
        answer = _ask(client, "/api/v1/context?order=1042", headers)
        assert answer.status_code == 200
        assert (CANARY in answer.text) == is_theirs

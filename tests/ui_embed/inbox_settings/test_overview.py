"""The first page of the inbox's settings."""

import pytest
from flask.testing import FlaskClient

from integration.models.vocabulary import Role
from tests.ui_embed.inbox_settings.asked import get
from tests.ui_embed.profile_client import words_of
from tests.ui_embed.sites import sign_in
from tests.ui_embed.world import World


@pytest.mark.parametrize(("role", "seen"), [(Role.ADMIN, True), (Role.AGENT, False)])
def test_the_team_is_found_by_who_may_invite(
    world: World, client: FlaskClient, role: Role, seen: bool
) -> None:
    sign_in(world, client, role=role, viewer="owner:1")
    page = get(client, "").text
    assert ('href="/settings/agents"' in page) is seen
    assert "Contact reasons" in words_of(page)

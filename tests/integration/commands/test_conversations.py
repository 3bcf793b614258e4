"""`tillside conversations` and `tillside reports`: what they print, and that looking is audited."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from integration.cli import cli
from integration.errors import Invalid, NotFound
from integration.models import ProfileView
from tests.factories.conversations import mail_of
from tests.ui_embed.api.conversing import Mailbox
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.world import World, build_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    built = build_world(tmp_path)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


def run(world: World, *arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, obj=world.services, catch_exceptions=False)


def told(world: World, *arguments: str) -> Any:
    return json.loads(run(world, *arguments, "--json").stdout)


def test_conversations_are_listed_and_shown(world: World) -> None:
    profile_id = add_person(world)
    number = Mailbox(world).receive(mail_of(EMAIL, "Where is #1042?")).conversation_id
    (row,) = told(world, "conversations", "list")
    assert (row["id"], row["preview"]) == (str(number), "Where is #1042?")
    assert "My order" in run(world, "conversations", "list").stdout
    assert "no conversation" in run(world, "conversations", "list", "--view", "resolved").stdout
    shown = told(world, "conversations", "show", str(number))
    assert shown["messages"][0]["text"] == "Where is #1042?"
    assert "customer: Where is #1042?" in run(world, "conversations", "show", str(number)).stdout
    with world.services.db.workspace(world.workspace_id) as session:
        views = session.query(ProfileView).all()
    assert {(each.viewer, each.profile_id, each.conversation_id) for each in views} == {
        ("operator", profile_id, number)
    }


def test_the_report_is_of_each_workspace_or_a_stores(world: World) -> None:
    Mailbox(world).receive()
    both = told(world, "reports", "conversations")
    assert [each["figures"]["conversations"] for each in both] == [1, 0]
    (one,) = told(world, "reports", "conversations", "--store", "baltic.myshopify.com")
    assert (one["zone"], one["workspace_id"]) == ("Europe/Warsaw", str(world.other_workspace_id))
    assert "1 conversations" in run(world, "reports", "conversations").stdout


def test_what_there_is_not_is_told(world: World) -> None:
    with pytest.raises(NotFound):
        run(world, "conversations", "show", "987654")
    with pytest.raises(Invalid):
        run(world, "conversations", "list", "--view", "nowhere")
    with pytest.raises(Invalid):
        run(world, "reports", "conversations", "--days", "9999")

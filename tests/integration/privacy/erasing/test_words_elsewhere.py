"""Looking through all conversations of a workspace costs what they are, and holds nobody up."""

from typing import Any

import pytest
from sqlalchemy import event

from integration.identity.keys import Key
from integration.models import Message, Store
from integration.privacy.erasing import words_elsewhere
from integration.privacy.erasing.words_elsewhere import erase_words_elsewhere
from integration.services import Services
from tests.factories.conversations import mail_of, make_channel, receive_message
from tests.webhooks.parts import rows

ADDRESS = "kanarienvogel@example.com"


@pytest.fixture
def said(services: Services, store: Store) -> list[str]:
    """Nine of others, three of which name the person."""
    texts = [f"Ask {ADDRESS}" if number % 3 == 0 else "Thanks" for number in range(9)]
    mailbox = make_channel(services.db, store.workspace_id, ring=services.keyring)
    for number, text in enumerate(texts):
        mail = mail_of(f"max{number}@mail.example", text, name="Max")
        given = (services.db, store.workspace_id, mailbox, mail)
        receive_message(*given, ring=services.keyring)
    return texts


@pytest.mark.usefixtures("said")
def test_messages_are_listed_once_and_only_what_names_the_person_is_written(
    services: Services, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words_elsewhere, "_READ_AT_ONCE", 2)
    monkeypatch.setattr(words_elsewhere, "_CHANGED_AT_ONCE", 1)
    before = {row.id: row.sealed_content for row in rows(services, Message)}
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        told.append(" ".join(statement.split()))

    event.listen(services.db.engine, "before_cursor_execute", note)
    names = {store.id: frozenset({Key("email", ADDRESS)})}
    done = erase_words_elsewhere(services, store.workspace_id, names)
    event.remove(services.db.engine, "before_cursor_execute", note)
    assert done.counts["struck_out"] == 3
    # All of them, and what came since: each such look reads the whole workspace's.
    assert len([one for one in told if "messages.id > " in one]) == 2
    changed = [row.id for row in rows(services, Message) if row.sealed_content != before[row.id]]
    assert len(changed) == 3
    assert done.last_id == max(before)
    again = erase_words_elsewhere(services, store.workspace_id, names, done)
    assert (again.last_id, again.counts) == (done.last_id, {})


@pytest.mark.usefixtures("said")
def test_what_another_store_knows_them_by_is_left_on_its_channel(
    services: Services, store: Store
) -> None:
    names = {store.id: frozenset({Key("customer", f"{store.id}:7")})}
    assert erase_words_elsewhere(services, store.workspace_id, names).counts == {}
    channel = make_channel(
        services.db, store.workspace_id, ring=services.keyring, store_id=store.id
    )
    mail = mail_of("max@mail.example", f"Ask {ADDRESS}", name="Max")
    receive_message(services.db, store.workspace_id, channel, mail, ring=services.keyring)
    others = {store.id + 1: frozenset({Key("email", ADDRESS)})}
    # The mailbox of all stores only.
    assert erase_words_elsewhere(services, store.workspace_id, others).counts["struck_out"] == 3
    own = {store.id: frozenset({Key("email", ADDRESS)})}
    assert erase_words_elsewhere(services, store.workspace_id, own).counts["struck_out"] == 1

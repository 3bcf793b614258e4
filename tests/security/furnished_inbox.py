"""What a furnished workspace has for conversations: channels, talks, agents, what was set up."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from integration.agents.changing import OPERATOR
from integration.agents.invitations import renew_link
from integration.conversations import states
from integration.conversations.answers.cases import read_case
from integration.conversations.attachments import keep_upload
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.joining.merging import merge
from integration.conversations.routing.saved_rules import list_rules
from integration.conversations.tags import tag_conversation
from integration.conversations.writing import answer
from integration.db import WorkspaceSession
from integration.models import (
    Agent,
    Arrival,
    CannedAnswer,
    Case,
    ContactReason,
    Message,
    RoutingRule,
)
from integration.models.vocabulary import MessageKind
from tests.factories.conversations import mail_of, make_agent, make_channel, receive_message
from tests.ui_embed.world import NOW, World

Things = dict[str, str]
_TEXT = {"en": "Hello {{customer.name|you}}, about {{order.name|it}}"}
_KINDS = {"channel": "email", "chat": "chat", "form": "form", "phone_line": "phone"}


def furnish_inbox(world: World, workspace_id: int, word: str, made: Things) -> Things:
    """Channels, conversations, agents and settings; their names by a word each."""
    services = world.services
    done = {"agent": str(make_agent(services.db, workspace_id, f"Agent {word}"))}
    done["other_agent"] = str(
        make_agent(services.db, workspace_id, "Noa", email=f"noa-{word}@staff.example")
    )
    for name, kind in _KINDS.items():
        done[f"{name}_token"] = token = f"{kind}-token-of-{word}-{'x' * 20}"
        values: dict[str, Any] = {"name": f"{kind} of {word}", "store_id": int(made["store"])}
        if kind == "email":
            values["address"] = f"support-{word}@shop.example"
        number = make_channel(
            services.db, workspace_id, kind, ring=services.keyring, token=token, **values
        )
        done[name] = str(number)
    for name in ("conversation", "other_conversation", "merged_conversation"):
        text = f"{name} of {word} about {made['order_name']}"
        mail = replace(mail_of(made["email"], text), html=f"<p>{text}</p>")
        received = receive_message(
            services.db,
            workspace_id,
            int(done["channel"]),
            mail,
            ring=services.keyring,
            now=NOW - timedelta(hours=2),
        )
        done[name] = str(received.conversation_id)
        done[f"message_of_{name}"] = str(received.message_id)
    with services.db.workspace(workspace_id, write=True) as session:
        _talk(session, ChannelKeys(services.keyring), done, made)
        session.flush()
        done |= _set_up(session, done, word)
    return done


def _talk(session: WorkspaceSession, keys: ChannelKeys, done: Things, made: Things) -> None:
    """An answer that failed, a file that waits, a tag, and one conversation within another."""
    by = session.get_one(Agent, int(done["agent"]))
    one, merged = int(done["conversation"]), int(done["merged_conversation"])
    merge(session, keys, merged, one, by=by, now=NOW - timedelta(hours=1))
    written = answer(session, keys, one, "On its way", by=by, key=f"a-{one}", now=NOW)
    failed = session.get_one(Message, written.message_id)
    failed.delivery, failed.delivery_error = "failed", "The mailbox is full."
    done["failed_message"] = str(failed.id)
    tag_conversation(session, one, [made["tag"]], by=by, now=NOW)
    states.set_order(session, one, int(made["order"]), by=by, now=NOW)
    states.assign(session, one, by.id, by=by, now=NOW)
    for name in ("file", "sent_file"):
        view = keep_upload(
            session, keys, int(done["channel"]), "a.txt", b"words", by=f"agent:{by.id}", now=NOW
        )
        done[name] = view.key
    statement = select(Message).where(
        Message.conversation_id == one, Message.kind == MessageKind.CUSTOMER
    )
    done["message"] = str(session.execute(statement).scalars().first().id)  # type: ignore[union-attr]


def _set_up(session: WorkspaceSession, done: Things, word: str) -> Things:
    by: dict[str, Any] = {"updated_by": "owner:1", "updated_at": NOW}
    reason = ContactReason(name=f"Reason {word}", position=1)
    session.add_all([reason, ContactReason(name="Another", position=2)])
    session.flush()
    rows: dict[str, Any] = {
        "reason": reason,
        "canned": CannedAnswer(shortcut="hello", name="Hello", texts=_TEXT, **by),
        "rule": RoutingRule(position=1, name=word, conditions={}, actions={"spam": True}, **by),
        "other_rule": RoutingRule(position=2, name="Next", conditions={}, actions={}, **by),
        "case": Case(
            title=f"Case {word}",
            problem="It was late.",
            solution="It came.",
            written_by="owner:1",
            created_at=NOW,
            updated_at=NOW,
        ),
        "arrival": Arrival(
            channel_id=int(done["channel"]),
            dedupe_key=word.encode(),
            received_at=NOW,
            size_bytes=5,
            sealed_body=b"never opens",
            state="parked",
            error_code="unreadable",
            error="It can't be read.",
        ),
    }
    session.add_all(rows.values())
    session.flush()
    link = renew_link(session, int(done["other_agent"]), by=OPERATOR, now=NOW)
    versions = {
        "invitation": link.token,
        "case_version": read_case(session, rows["case"].id).version,
        "rule_version": list_rules(session)[0].version,
    }
    return {name: str(row.id) for name, row in rows.items()} | versions

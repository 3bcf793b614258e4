"""The API of tags on conversations, of making two one and one two, and of talks written down."""

from flask import Blueprint, Response

from integration.conversations.changes import tell
from integration.conversations.joining.merging import merge, unmerge
from integration.conversations.joining.splitting import split
from integration.conversations.logging_talks import Talk, log_talk
from integration.conversations.tags import tag_conversation, untag_conversation
from integration.errors import Invalid
from ui_embed.api.bodies import json_answer, json_object, text_field
from ui_embed.api.conversation_changes import told_change
from ui_embed.api.conversations import (
    CONVERSATIONS,
    MOST_BYTES,
    ONE,
    channel_keys,
    myself,
    number_of,
    writing,
    written,
)
from ui_embed.api.fields import maybe_id, maybe_number, maybe_text, maybe_time
from ui_embed.request_context import caller, services, single_arguments

api_parts = Blueprint("api_conversation_parts", __name__)

_TALKS = ("phone", "counter")


@api_parts.post(f"{ONE}/tags")
def put_tag(conversation_id: str) -> Response:
    """Put a tag on: `{"tag"}`. One that is there already stays as it is."""
    single_arguments()
    caller()
    number, tag = number_of(conversation_id), text_field(json_object(), "tag")
    with writing() as session:
        tags = tag_conversation(session, number, [tag], by=myself(session), now=services().now())
    tell(services(), caller().workspace_id, number)
    return json_answer({"tags": tags})


@api_parts.delete(f"{ONE}/tags")
def drop_tag(conversation_id: str) -> Response:
    """Take the tag `tag=` off."""
    tag = single_arguments().get("tag")
    caller()
    number = number_of(conversation_id)
    if tag is None:
        raise Invalid("The parameter tag is missing.")
    with writing() as session:
        tags = untag_conversation(session, number, tag, by=myself(session), now=services().now())
    tell(services(), caller().workspace_id, number)
    return json_answer({"tags": tags})


@api_parts.post(f"{ONE}/merge")
def merged(conversation_id: str) -> Response:
    """Move all of it into another: `{"into"}`. How that one stands then."""
    single_arguments()
    caller()
    number, into = number_of(conversation_id), maybe_id(json_object(), "into")
    if into is None:
        raise Invalid("The field into is missing.")
    with writing() as session:
        by, now = myself(session), services().now()
        merge(session, channel_keys(), number, into, by=by, now=now)
    return told_change(into, number)


@api_parts.post(f"{ONE}/unmerge")
def unmerged(conversation_id: str) -> Response:
    """Let one that was merged stand by itself again."""
    single_arguments()
    caller()
    number = number_of(conversation_id)
    with writing() as session:
        unmerge(session, channel_keys(), number, by=myself(session), now=services().now())
    return told_change(number)


@api_parts.post(f"{ONE}/split")
def parted(conversation_id: str) -> Response:
    """Make a conversation of its own from a message on: `{"message_id"}`. The new one."""
    single_arguments()
    caller()
    number, message_id = number_of(conversation_id), maybe_id(json_object(), "message_id")
    if message_id is None:
        raise Invalid("The field message_id is missing.")
    with writing() as session:
        by, now = myself(session), services().now()
        made = split(session, channel_keys(), number, message_id, by=by, now=now)
    return told_change(made, number, status=201)


@api_parts.post(f"{CONVERSATIONS}/talks")
def talk() -> Response:
    """Write down a call or a talk in the shop: `{"kind", "text", "key", …}`."""
    single_arguments()
    caller()
    posted = json_object(MOST_BYTES)
    kind = text_field(posted, "kind")
    if kind not in _TALKS:
        raise Invalid("The kind is phone or counter.")
    told = Talk(
        kind="phone" if kind == "phone" else "counter",
        text=text_field(posted, "text"),
        outcome=maybe_text(posted, "outcome") or "resolved",
        profile_id=maybe_id(posted, "profile_id"),
        name=maybe_text(posted, "name"),
        address=maybe_text(posted, "address"),
        happened_at=maybe_time(posted, "happened_at"),
        minutes=maybe_number(posted, "minutes"),
        channel_id=maybe_id(posted, "channel_id"),
        store_id=maybe_id(posted, "store_id"),
    )
    key = text_field(posted, "key")
    with writing() as session:
        by, now = myself(session), services().now()
        done = log_talk(session, channel_keys(), told, by=by, key=key, now=now)
    return written(done.conversation_id, done.message_id, done.is_repeat, to_send=False)

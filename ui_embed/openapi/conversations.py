"""The part of `/openapi.json` about conversations."""

from integration.conversations.answers.canned import Canned, Offered
from integration.conversations.lists.views import ConversationRow
from integration.conversations.records import ConversationView, MessageView
from integration.conversations.shown import Shown
from integration.reports.records import Report
from ui_embed.openapi.conversation_parts import part_paths
from ui_embed.openapi.parts import (
    TEXT,
    Refusal,
    Schema,
    a_list,
    an_object,
    in_path,
    in_query,
    maybe_texts,
    operation,
    reference,
)

CONVERSATION_RECORDS = (
    Canned,
    ConversationRow,
    ConversationView,
    MessageView,
    Offered,
    Report,
    Shown,
)

_CONVERSATION = in_path("conversation_id", "Our id of a conversation.")
_MAYBE: Schema = {"type": ["string", "null"]}
_SWITCH: Schema = {"type": "boolean"}
_WRITTEN = an_object(conversation_id=TEXT, message_id=TEXT, is_repeat=_SWITCH)
_HERE = an_object(here=a_list(an_object(agent_id=TEXT, state={"enum": ["reading", "writing"]})))
_CHANGING = (400, 401, 403, 404, 409, 413)
_FILTERS = {
    "view": "mine, unassigned, open (the usual one), pending, snoozed, resolved, mentions, spam "
    "or all.",
    "channel": "Our id of a channel.",
    "kind": "A kind of channel.",
    "store": "Our id of a store.",
    "tag": "A tag on conversations.",
    "assignee": "Our id of an agent.",
    "q": "Words, an address, an order or a phone.",
    "sort": "newest, or waiting: who waits longest for an answer first.",
    "cursor": "The `next` of the answer before: the conversations that follow.",
    "limit": "At most 100 of them; 50 where nothing is said.",
}
_PERIOD = {
    "days": "So many days up to today in the store's zone; 30 where nothing is said, 366 at most.",
    "from": "Instead: the first day, like 2026-11-01.",
    "to": "Instead: the last day.",
    "kind": "A kind of channel.",
    "store": "Our id of a store.",
    "agent": "Our id of an agent: what they answered first or resolved.",
    "reason": "Our id of a reason.",
}
_PAGES = {
    "after": "Our id of a message: those that follow it.",
    "before": "Our id of a message: those before it.",
    "limit": "At most 100 messages; 50 where nothing is said.",
}


def conversation_paths(refusal: Refusal) -> Schema:
    """The paths; `refusal` gives the description of a status."""
    whole = "/api/v1/conversations"
    one = f"{whole}/{{conversation_id}}"
    return {
        whole: {"get": _listed(refusal), "post": _begun(refusal)},
        one: {"get": _shown(refusal), "patch": _changed(refusal)},
        f"{one}/messages": {"post": _written(refusal)},
        f"{one}/presence": _presence(refusal),
        **part_paths(one, whole, refusal),
        "/api/v1/reports/conversations": {"get": _report(refusal)},
    }


def _listed(refusal: Refusal) -> Schema:
    page = an_object(conversations=a_list(reference("ConversationRow")), next=_MAYBE)
    asked = [in_query(name, text) for name, text in _FILTERS.items()]
    return operation(
        "A page of a view of the inbox, as the caller's agent sees it.",
        page,
        (400, 401),
        refusal,
        parameters=asked,
    )


def _begun(refusal: Refusal) -> Schema:
    body = an_object(channel_id=TEXT, to=TEXT, text=TEXT, key=TEXT)
    body["properties"] |= {
        "to_name": _MAYBE,
        "subject": _MAYBE,
        "profile_id": _MAYBE,
        "locale": _MAYBE,
        "attachments": maybe_texts(),
    }
    return operation(
        "Write to somebody first, by a channel that can; the same `key` again is one message "
        "(200).",
        _WRITTEN,
        _CHANGING,
        refusal,
        body=body,
        status=201,
        repeated=True,
    )


def _shown(refusal: Refusal) -> Schema:
    return operation(
        "A conversation with its newest messages, whom it is with and what to beware of. That its "
        "person was looked at is written down.",
        reference("Shown"),
        (400, 401, 404),
        refusal,
        parameters=[_CONVERSATION, *(in_query(name, text) for name, text in _PAGES.items())],
    )


def _changed(refusal: Refusal) -> Schema:
    status: Schema = {"enum": ["open", "pending", "snoozed", "resolved"]}
    moment: Schema = {"type": ["string", "null"], "format": "date-time"}
    body: Schema = {
        "type": "object",
        "properties": {
            "version": {"type": "integer"},
            "status": status,
            "until": moment,
            "assignee_id": _MAYBE,
            "reason_id": _MAYBE,
            "order_id": _MAYBE,
            "profile_id": TEXT,
            "is_spam": _SWITCH,
        },
    }
    return operation(
        "Change what is named, all of it or nothing. Where `version` isn't the conversation's any "
        "more, 409 `conflict` with the version as it is. `snoozed` needs `until`.",
        reference("ConversationView"),
        _CHANGING,
        refusal,
        parameters=[_CONVERSATION],
        body=body,
    )


def _written(refusal: Refusal) -> Schema:
    body = an_object(kind={"enum": ["answer", "note"]}, text=TEXT, key=TEXT)
    body["properties"] |= {
        "channel_id": _MAYBE,
        "to": _MAYBE,
        "to_name": _MAYBE,
        "cc": maybe_texts(),
        "attachments": maybe_texts(),
        "mentions": maybe_texts(),
        "then": {"enum": ["open", "pending", "resolved", None]},
    }
    return operation(
        "Write an answer, which goes out by the conversation's channel or another, or a note, "
        "which stays among agents. `key` is random and made by whoever writes: the same again is "
        "one message (200).",
        _WRITTEN,
        _CHANGING,
        refusal,
        parameters=[_CONVERSATION],
        body=body,
        status=201,
        repeated=True,
    )


def _presence(refusal: Refusal) -> Schema:
    state: Schema = {"enum": ["reading", "writing", "left"]}
    return {
        "get": operation(
            "The agents who have it open now.",
            _HERE,
            (400, 401, 404),
            refusal,
            parameters=[_CONVERSATION],
        ),
        "post": operation(
            "That the caller's agent reads it (for 45 s), writes in it (for 8 s) or left.",
            _HERE,
            (400, 401, 404, 413),
            refusal,
            parameters=[_CONVERSATION],
            body=an_object(state=state),
        ),
    }


def _report(refusal: Refusal) -> Schema:
    return operation(
        "What the conversations that began in a period came to: in all, by day, channel, store, "
        "agent and reason. Times are whole seconds.",
        reference("Report"),
        (400, 401, 404),
        refusal,
        parameters=[in_query(name, text) for name, text in _PERIOD.items()],
    )

"""How the inbox's routes are walked: what each is called with, every name of a row as `{word}`."""

from tests.security.places import Call

LIST = {
    "channel": "{channel}",
    "store": "{store}",
    "assignee": "{agent}",
    "tag": "{tag}",
}
# What a list is asked by that names no row.
LIST_WORDS = ("view", "kind", "q", "search", "sort")
# An act leads back to the list that it was done from: its parameters only stand in the address.
BACK = tuple(LIST)
_TALK = "{conversation}"
_FORM = {
    "key": "k1",
    "channel": "{channel}",
    "to": "{email}",
    "profile": "{profile}",
    "order": "{order}",
    "canned": "{canned}",
    "subject": "About it",
    "text": "Hello",
}
_FORM_WORDS = ("key", "to", "subject", "text", "do")


def _act(form: dict[str, str], *words: str, **more: object) -> list[Call]:
    """A deed done to a conversation from a list."""
    given = {"query": LIST, "form": form, "words": (*LIST_WORDS, *words), "same": BACK, **more}
    return [Call(**given)]  # type: ignore[arg-type]


INBOX: dict[str, list[Call]] = {
    "GET /inbox": [
        Call(query={name: value, "view": "all"}, words=LIST_WORDS) for name, value in LIST.items()
    ],
    "GET /inbox/rows": [
        Call(query={name: value, "view": "all"}, words=LIST_WORDS) for name, value in LIST.items()
    ],
    "GET /inbox/<conversation_id>": [Call(query=LIST, words=LIST_WORDS, same=BACK)],
    "GET /inbox/<conversation_id>/open": [Call(query=LIST, words=LIST_WORDS, same=BACK)],
    "GET /inbox/<conversation_id>/beside": [Call(query=LIST, words=LIST_WORDS, same=BACK)],
    "GET /inbox/<conversation_id>/merge": [
        Call(query={**LIST, "q": "{conversation}"}, words=LIST_WORDS, same=(*BACK, "q"))
    ],
    "GET /inbox/<conversation_id>/earlier": [
        Call(query={**LIST, "before": "{failed_message}"}, words=LIST_WORDS, same=(*BACK, "before"))
    ],
    "GET /inbox/<conversation_id>/news": [
        Call(query={**LIST, "since": "{message}"}, words=LIST_WORDS, same=(*BACK, "since"))
    ],
    "GET /inbox/<conversation_id>/canned": [Call(words=("q",))],
    "GET /inbox/<conversation_id>/case": [Call()],
    "POST /inbox/<conversation_id>/case": [
        Call(
            form={"title": "T", "problem": "P", "solution": "S"},
            words=("title", "problem", "solution"),
        )
    ],
    "GET /inbox/<conversation_id>/order": [Call(query={"q": "{order_name}"})],
    "POST /inbox/<conversation_id>/order": _act({"order": "{other_order}"}, "from"),
    "GET /inbox/<conversation_id>/person": [Call(query={"search": "{email}"})],
    "POST /inbox/<conversation_id>/person": _act({"profile": "{other_profile}"}, "from"),
    "POST /inbox/<conversation_id>/answer": [
        Call(
            query=LIST,
            form={
                "key": "k1",
                "text": "Soon",
                "channel": "{channel}",
                "to": "",
                "file": ["{file}"],
                "canned": ["{canned}"],
            },
            words=(*LIST_WORDS, "key", "text", "to", "then"),
            same=(*BACK, "canned"),
        )
    ],
    "POST /inbox/<conversation_id>/note": [
        Call(
            query=LIST,
            form={
                "note_key": "k1",
                "text": "Soon",
                "mention": ["{agent}", "{other_agent}"],
                "file": ["{file}"],
            },
            words=(*LIST_WORDS, "note_key", "text"),
            same=(*BACK, "mention"),
        )
    ],
    "POST /inbox/<conversation_id>/here": [Call(form={"state": "reading"}, words=("state",))],
    "POST /inbox/<conversation_id>/assign": _act({"agent": "{other_agent}"}),
    "POST /inbox/<conversation_id>/move": _act({"status": "resolved"}, "status", "until"),
    "POST /inbox/<conversation_id>/snooze": _act({"for": "3h"}, "for", "date"),
    "POST /inbox/<conversation_id>/tag": [
        *_act({"add": "new"}, "add", "remove"),
        *_act({"remove": "{tag}"}, "add", "remove", same=(*BACK, "remove")),
    ],
    "POST /inbox/<conversation_id>/reason": _act({"reason": "{reason}"}),
    "POST /inbox/<conversation_id>/spam": _act({"spam": "1"}, "spam"),
    "POST /inbox/<conversation_id>/transcript": _act({"key": "k1"}, "key"),
    "GET /inbox/<conversation_id>/messages/<message_id>/mail": [
        Call(path={"message_id": "{message_of_conversation}"})
    ],
    "POST /inbox/<conversation_id>/messages/<message_id>/send": [
        Call(
            path={"message_id": "{failed_message}"},
            query=LIST,
            form={},
            words=LIST_WORDS,
            same=BACK,
        )
    ],
    "POST /inbox/<conversation_id>/messages/<message_id>/split": [
        Call(path={"message_id": "{message}"}, query=LIST, form={}, words=LIST_WORDS, same=BACK)
    ],
    "POST /inbox/<conversation_id>/merge/<other_id>": [
        Call(
            path={"other_id": "{other_conversation}"},
            query=LIST,
            form={},
            words=(*LIST_WORDS, "q"),
            same=BACK,
        )
    ],
    "POST /inbox/<conversation_id>/unmerge/<other_id>": [
        Call(
            path={"other_id": "{merged_conversation}"},
            query=LIST,
            form={},
            words=LIST_WORDS,
            same=BACK,
        )
    ],
    "GET /inbox/new": [Call(query={"profile": "{profile}", "order": "{order}"})],
    "POST /inbox/new": [
        Call(form=_FORM, words=_FORM_WORDS, same=("canned", "order")),
        Call(form={"do": "with:{other_profile}", "channel": "{channel}"}, words=_FORM_WORDS),
        Call(form={"do": "find", "to": "{order_name}", "text": "Hello"}, words=_FORM_WORDS),
    ],
    "GET /inbox/new/canned": [
        Call(
            query={"channel": "{channel}", "profile": "{profile}", "order": "{order}"},
            words=("q",),
        )
    ],
    "GET /inbox/log": [Call(query={"profile": "{profile}"}, words=("kind",))],
    "POST /inbox/log": [
        Call(
            form={
                "key": "k1",
                "kind": "phone",
                "text": "Called",
                "outcome": "resolved",
                "profile_id": "{profile}",
                "store_id": "{store}",
            },
            words=("key", "kind", "text", "name", "address", "happened", "minutes", "outcome"),
            same=("store_id",),
        )
    ],
    "GET /conversations/<conversation_id>/transcript": [Call(words=("notes",))],
    "GET /conversations/<conversation_id>/transcript.pdf": [Call(words=("notes",))],
    "POST /conversations/<conversation_id>/transcript/mail": [Call(form={}, words=("key",))],
}

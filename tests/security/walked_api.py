"""How the API is walked, as a program with a key of ours and as staff in a store's admin."""

from tests.security.places import Call
from tests.security.walked_inbox import LIST, LIST_WORDS

_REPORT = {"store": "{store}", "agent": "{agent}", "reason": "{reason}"}
_REPORT_WORDS = ("days", "from", "to", "kind")
_SUBJECTS = {
    "customer": "{customer}",
    "order": "{order_name}",
    "email": "{email}",
    "phone": "{phone}",
}
_SUBJECT_WORDS = ("customer", "order", "email", "phone", "store")
_CONDITIONS = [{"kind": "bought_in", "value": "{store}"}]
_BEGIN = {
    "channel_id": "{channel}",
    "profile_id": "{profile}",
    "to": "someone@customer.example",
    "subject": "About it",
    "text": "Hello",
    "key": "k1",
    "attachments": ["{file}"],
}
_WRITE = {"text": "Hello", "key": "k1", "attachments": ["{file}"]}
_TALK = {
    "kind": "phone",
    "text": "Called",
    "key": "k1",
    "profile_id": "{profile}",
    "channel_id": "{phone_line}",
    "store_id": "{store}",
}
_TALK_WORDS = ("kind", "text", "key", "outcome", "name", "address", "happened_at", "minutes")
_PLACE = {"text": "Where is {order_name}?", "conversation": "{conversation}"}
_ONE = "/api/v1/conversations/<conversation_id>"
_PERSON = "/api/v1/profiles/<profile_id>"
_TWO = {"other_id": "{other_profile}"}

API: dict[str, list[Call]] = {
    "POST /api/v1/addresses/shared": [
        Call(json={"kind": "email", "value": "{email}"}, words=("kind", "reason"))
    ],
    "POST /api/v1/addresses/single": [
        Call(json={"kind": "email", "value": "{email}"}, words=("kind", "reason"))
    ],
    "POST /api/v1/attachments": [
        Call(query={"conversation": "{conversation}"}, text="words", words=("channel",)),
        Call(query={"channel": "{channel}"}, text="words", words=("conversation",)),
    ],
    "GET /api/v1/attachments/<key>": [Call(path={"key": "{file}"})],
    "DELETE /api/v1/attachments/<key>": [Call(path={"key": "{file}"})],
    "GET /api/v1/canned-answers": [Call(words=("q",))],
    "GET /api/v1/context": [
        Call(query={name: value, "store": "{store}"}, words=_SUBJECT_WORDS)
        for name, value in _SUBJECTS.items()
    ]
    + [
        Call(query={"email": "{email}", "store": "{domain}"}, words=_SUBJECT_WORDS),
        Call(query={"order": "{order_external}"}, words=_SUBJECT_WORDS),
    ],
    "GET /api/v1/conversations": [
        Call(query={name: value, "view": "all"}, words=LIST_WORDS) for name, value in LIST.items()
    ],
    "POST /api/v1/conversations": [
        Call(json=_BEGIN, words=("to_name", "locale", "to", "subject", "text", "key"))
    ],
    f"GET {_ONE}": [
        Call(query={name: "{message}"}, words=("after", "before"), same=(name,))
        for name in ("after", "before")
    ],
    f"PATCH {_ONE}": [
        Call(json={name: value}, words=("version", "until"))
        for name, value in {
            "profile_id": "{other_profile}",
            "order_id": "{other_order}",
            "reason_id": "{reason}",
            "assignee_id": "{other_agent}",
        }.items()
    ]
    + [
        Call(json={"status": "resolved"}, words=("version", "until", "status")),
        Call(json={"is_spam": True}, words=("version", "is_spam")),
    ],
    f"GET {_ONE}/canned-answers": [Call(words=("q",))],
    f"POST {_ONE}/merge": [Call(json={"into": "{other_conversation}"})],
    f"POST {_ONE}/unmerge": [Call(path={"conversation_id": "{merged_conversation}"}, json={})],
    f"POST {_ONE}/split": [Call(json={"message_id": "{message}"})],
    f"POST {_ONE}/messages": [
        Call(
            json={**_WRITE, "kind": "answer", "channel_id": "{channel}"},
            words=("kind", "text", "key", "to", "to_name", "cc", "then"),
        ),
        Call(
            json={**_WRITE, "kind": "note", "mentions": ["{agent}"]},
            words=("kind", "text", "key"),
        ),
    ],
    f"GET {_ONE}/presence": [Call()],
    f"POST {_ONE}/presence": [Call(json={"state": "reading"}, words=("state",))],
    f"POST {_ONE}/tags": [Call(json={"tag": "new"}, words=("tag",))],
    f"DELETE {_ONE}/tags": [Call(query={"tag": "{tag}"}, same=("tag",))],
    "POST /api/v1/conversations/talks": [Call(json=_TALK, words=_TALK_WORDS, same=("store_id",))],
    "POST /api/v1/history/<event_id>/undo": [Call(json={})],
    "GET /api/v1/orders/mentioned": [Call(query=_PLACE, words=("writer",), same=("conversation",))],
    "POST /api/v1/orders/mentioned": [Call(json=_PLACE, words=("writer",), same=("conversation",))],
    "GET /api/v1/profiles": [Call(query={"search": "{email}"})],
    f"GET {_PERSON}": [Call()],
    f"GET {_PERSON}/identity": [Call()],
    f"POST {_PERSON}/links": [Call(json={"profile": "{other_profile}"}, words=("reason",))],
    f"POST {_PERSON}/unlink": [
        Call(json={"profile": "{joined}"}, words=("kind", "value", "reason")),
        Call(
            json={"kind": "customer", "value": "{store}:{customer}"},
            words=("kind", "profile", "reason"),
        ),
    ],
    f"GET {_PERSON}/notes": [Call()],
    f"POST {_PERSON}/notes": [Call(json={"text": "A word"}, words=("text",))],
    f"PATCH {_PERSON}/notes/<note_id>": [
        Call(json={"text": "Another", "version": "1"}, words=("text", "version"))
    ],
    f"DELETE {_PERSON}/notes/<note_id>": [Call()],
    f"POST {_PERSON}/notes/<note_id>/restore": [Call(json={})],
    f"GET {_PERSON}/suggestions": [Call()],
    f"POST {_PERSON}/suggestions/<other_id>/accept": [Call(path=_TWO, json={}, words=("reason",))],
    f"POST {_PERSON}/suggestions/<other_id>/dismiss": [Call(path=_TWO, json={}, words=("reason",))],
    f"POST {_PERSON}/suggestions/<other_id>/reconsider": [
        Call(path=_TWO, json={}, words=("reason",))
    ],
    f"GET {_PERSON}/summary": [Call()],
    f"GET {_PERSON}/tags": [Call()],
    f"POST {_PERSON}/tags": [Call(json={"tag": "new"}, words=("tag",))],
    f"DELETE {_PERSON}/tags": [Call(query={"tag": "{tag}"}, same=("tag",))],
    f"GET {_PERSON}/timeline": [Call()],
    "GET /api/v1/reports/conversations": [
        Call(query={name: value}, words=(*_REPORT, *_REPORT_WORDS), same=("reason",))
        for name, value in _REPORT.items()
    ],
    "GET /api/v1/segments": [Call()],
    "POST /api/v1/segments": [
        Call(
            json={"name": "New", "conditions": _CONDITIONS},
            words=("name", "conditions", "kind", "currency"),
            same=("value",),
        )
    ],
    "GET /api/v1/segments/<segment_id>": [Call()],
    "PATCH /api/v1/segments/<segment_id>": [
        Call(
            json={"conditions": _CONDITIONS},
            words=("name", "conditions", "kind", "currency"),
            same=("value",),
        )
    ],
    "DELETE /api/v1/segments/<segment_id>": [Call()],
    "GET /api/v1/segments/<segment_id>/profiles": [Call()],
    "GET /api/v1/segments/<segment_id>/profiles.csv": [Call()],
    "POST /api/v1/segments/preview": [
        Call(json={"conditions": _CONDITIONS}, words=("conditions", "kind", "currency"))
    ],
    "GET /api/v1/stores": [Call()],
    "GET /api/v1/stores/<store_id>/health": [Call()],
    "GET /api/v1/suggestions": [Call()],
}

"""How the pages of people, segments, reports and stores are walked."""

import base64

from tests.security.places import Call

_REPORT = {"store": "{store}", "agent": "{agent}", "reason": "{reason}"}
_REPORT_WORDS = ("days", "from", "to", "kind")
_SUBJECTS = {
    "customer": "{customer}",
    "order": "{order_name}",
    "email": "{email}",
    "phone": "{phone}",
}
_SUBJECT_WORDS = ("customer", "order", "email", "phone", "store", "search", "q")
_TIMELINE = base64.urlsafe_b64encode(b"2026-12-01T00:00:00+00:00|conversation|1|x").decode()
_SEGMENT = {"name": "New", "kind_1": "bought_in", "value_1": "{store}"}
_SEGMENT_WORDS = ("name", r"kind_\d+", r"currency_\d+", "do", "new_kind")


def _about(**more: object) -> list[Call]:
    """A call by each of the ways in which a person can be asked for."""
    return [
        Call(query={name: value, "store": "{store}"}, words=_SUBJECT_WORDS, **more)  # type: ignore[arg-type]
        for name, value in _SUBJECTS.items()
    ]


def _about_two(*words: str, **given: object) -> list[Call]:
    return [Call(path={"other_id": "{other_profile}"}, words=words, **given)]  # type: ignore[arg-type]


PEOPLE: dict[str, list[Call]] = {
    "GET /panel": [
        *_about(),
        Call(query={"search": "{email}"}, words=_SUBJECT_WORDS),
    ],
    "GET /people/export.csv": [Call(query={"search": "{email}"})],
    "GET /profiles/<profile_id>": [
        Call(query={"order": "{order}", "view": view}, words=("view", "told"), same=("order",))
        for view in ("", "timeline", "notes", "identity")
    ],
    "GET /profiles/<profile_id>/timeline": [
        Call(query={"cursor": _TIMELINE}, words=("month", "stores"))
    ],
    "GET /profiles/<profile_id>/notes": [Call(query={"cursor": "1"})],
    "GET /profiles/<profile_id>/orders": [Call(query={"cursor": "1"})],
    "POST /profiles/<profile_id>/notes": [Call(form={"text": "A word"}, words=("text",))],
    "POST /profiles/<profile_id>/notes/<note_id>/delete": [Call(form={})],
    "POST /profiles/<profile_id>/notes/<note_id>/restore": [Call(form={})],
    "POST /profiles/<profile_id>/tags": [
        Call(form={"add": "new"}, words=("add", "remove")),
        Call(form={"remove": "{tag}"}, words=("add",), same=("remove",)),
    ],
    "GET /suggestions": [Call()],
    "GET /suggestions/more": [Call(query={"cursor": "9-1-2"})],
    "POST /suggestions/<left>/<right>": [
        Call(
            path={"left": "{profile}", "right": "{other_profile}"},
            form={"answer": answer},
            words=("answer", "from"),
        )
        for answer in ("same", "different")
    ],
    "GET /profiles/<profile_id>/join": [Call(query={"search": "{other_email}"})],
    "GET /profiles/<profile_id>/join/<other_id>": _about_two(),
    "POST /profiles/<profile_id>/join/<other_id>": _about_two(
        "reason", form={"reason": "The same voice"}
    ),
    "GET /profiles/<profile_id>/part": [
        Call(query={"other": "{joined}"}, words=("kind", "value")),
        Call(query={"kind": "customer", "value": "{store}:{customer}"}, words=("kind", "other")),
    ],
    "POST /profiles/<profile_id>/part": [
        Call(form={"other": "{joined}"}, words=("kind", "value", "reason")),
        Call(
            form={"kind": "customer", "value": "{store}:{customer}"},
            words=("kind", "other", "reason"),
        ),
    ],
    "POST /profiles/<profile_id>/marks": [
        Call(
            form={"kind": "email", "value": "{email}", "ruling": ruling},
            words=("kind", "ruling", "reason"),
        )
        for ruling in ("shared", "single")
    ],
    "GET /profiles/<profile_id>/history": [Call(query={"before": "{event}"}, same=("before",))],
    "POST /profiles/<profile_id>/history/<event_id>/undo": [
        # A page that says why not: an entry that isn't there is told as one that can't be undone.
        Call(form={}, words=("from",), gives={"event": 409})
    ],
    "GET /segments": [Call()],
    "GET /segments/<segment_id>": [Call()],
    "GET /segments/<segment_id>/change": [Call()],
    "POST /segments/<segment_id>/change": [
        Call(form=_SEGMENT, words=_SEGMENT_WORDS, same=("value_1",))
    ],
    "GET /segments/<segment_id>/count": [Call()],
    "POST /segments/<segment_id>/delete": [Call(form={})],
    "GET /segments/<segment_id>/export.csv": [Call()],
    "GET /segments/<segment_id>/people": [Call(query={"cursor": "1"})],
    "GET /segments/new": [Call()],
    "POST /segments/new": [
        Call(form=_SEGMENT, words=_SEGMENT_WORDS, same=("value_1",)),
        Call(form={**_SEGMENT, "do": "count"}, words=_SEGMENT_WORDS),
    ],
    "POST /segments/restore": [
        Call(
            form={"name": "Back", "conditions": '[{"kind": "bought_in", "value": "{store}"}]'},
            words=("name", "kind", "value"),
            same=("conditions",),
        )
    ],
    "GET /reports": [
        Call(query={name: value}, words=(*_REPORT, *_REPORT_WORDS))
        for name, value in _REPORT.items()
    ],
    "GET /reports/conversations.csv": [
        Call(query={name: value}, words=(*_REPORT, *_REPORT_WORDS), same=("reason",))
        for name, value in _REPORT.items()
    ],
    "GET /settings/stores": [Call()],
    "GET /settings/stores/<int:store_id>": [Call(words=("asked",))],
    "POST /settings/stores/<store_id>/accept-deletions": [Call(form={})],
    "POST /settings/stores/<store_id>/compare": [Call(form={})],
    "GET /settings/stores/<store_id>/comparisons": [Call(query={"cursor": "1"})],
    "POST /settings/stores/<store_id>/disconnect": [Call(form={})],
    "POST /settings/stores/join-code": [Call(form={})],
}

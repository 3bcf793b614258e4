"""Calls that have to succeed: by chance alone some operations would only ever refuse."""

from dataclasses import dataclass, field
from typing import Any

from tests.contract.seeded import EMAIL, Seeded


@dataclass(frozen=True, slots=True)
class Right:
    """What goes into a call beside what its path usually names, and what is done before it.

    `before` are posts of the same caller: a path and its body. `by` is who may.
    """

    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    before: tuple[tuple[str, Any], ...] = ()
    media_type: str = "application/json"
    by: str = "key"


_ADDRESS = {"kind": "email", "value": EMAIL}
_VIP = [{"kind": "has_tag", "value": "vip"}]
_TALK = {"kind": "phone", "text": "Asked for #1042.", "key": "talk-1", "outcome": "resolved"}
_API = "/api/v1"
_CONVERSATIONS = f"{_API}/conversations"
_ONE = f"{_CONVERSATIONS}/{{conversation_id}}"
_PERSON = f"{_API}/profiles/{{profile_id}}"
_SEGMENTS = f"{_API}/segments"


def rightful(seeded: Seeded) -> dict[str, Right]:
    """By operation what makes it succeed, where its path alone doesn't."""
    return {
        "GET /api/v1/audit": Right(by="owner"),
        "GET /api/v1/context": Right(query={"order": "#1042"}),
        "GET /api/v1/orders/mentioned": Right(query={"text": "#1042"}),
        "POST /api/v1/orders/mentioned": Right({"text": "#1042", "writer": EMAIL}),
        **_conversations(seeded.known),
        **_persons(seeded.known),
        **_tickets(seeded),
    }


def _conversations(known: dict[str, tuple[str, ...]]) -> dict[str, Right]:
    first, _, third, _ = known["conversation"]
    begun = {"channel_id": known["channel"][0], "to": EMAIL, "text": "Hello", "key": "begin-1"}
    into = {"into": third}
    file = {"file": b"text", "conversation": first}
    return {
        "POST /api/v1/attachments": Right(file, media_type="multipart/form-data"),
        f"POST {_CONVERSATIONS}": Right(begun),
        f"POST {_CONVERSATIONS}/talks": Right(_TALK),
        f"PATCH {_ONE}": Right({"status": "resolved"}),
        f"POST {_ONE}/messages": Right({"kind": "answer", "text": "Tomorrow.", "key": "answer-1"}),
        f"POST {_ONE}/presence": Right({"state": "reading"}),
        f"POST {_ONE}/tags": Right({"tag": "urgent"}),
        f"DELETE {_ONE}/tags": Right(query={"tag": "urgent"}),
        f"POST {_ONE}/merge": Right(into),
        f"POST {_ONE}/unmerge": Right(before=((f"{_CONVERSATIONS}/{first}/merge", into),)),
        f"POST {_ONE}/split": Right(
            {"message_id": known["message"][0]}, path={"conversation_id": third}
        ),
    }


def _persons(known: dict[str, tuple[str, ...]]) -> dict[str, Right]:
    one, alike, other_alike, *_ = known["profile"]
    joined = {"profile": alike}
    dismissed = f"{_API}/profiles/{alike}/suggestions/{other_alike}/dismiss"
    edited = {"text": "Call after noon.", "version": known["version"][0]}
    return {
        f"POST {_PERSON}/links": Right(joined),
        f"POST {_PERSON}/unlink": Right(joined, before=((f"{_API}/profiles/{one}/links", joined),)),
        f"POST {_PERSON}/suggestions/{{other_id}}/reconsider": Right(
            path={"profile_id": alike, "other_id": other_alike}, before=((dismissed, {}),)
        ),
        f"POST {_PERSON}/notes": Right({"text": "Works nights."}),
        f"PATCH {_PERSON}/notes/{{note_id}}": Right(edited),
        f"POST {_PERSON}/tags": Right({"tag": "Regular"}),
        f"DELETE {_PERSON}/tags": Right(query={"tag": "Regular"}),
        "POST /api/v1/addresses/shared": Right(_ADDRESS),
        "POST /api/v1/addresses/single": Right(_ADDRESS),
        f"POST {_SEGMENTS}": Right({"name": "Others", "conditions": _VIP}),
        f"POST {_SEGMENTS}/preview": Right({"conditions": _VIP}),
        f"PATCH {_SEGMENTS}/{{segment_id}}": Right({"name": "The best"}),
    }


def _tickets(seeded: Seeded) -> dict[str, Right]:
    sign, asked = seeded.ticket, {"email": EMAIL, "page": 1, "sub": "wordpress"}
    return {
        "POST /api/v1/session": Right({"ticket": sign()}),
        "POST /api/v1/plugin/export": Right({"ticket": sign(use="export", **asked)}),
        "POST /api/v1/plugin/erase": Right({"ticket": sign(use="erase", **asked)}),
        "POST /api/v1/plugin/disconnect": Right(
            {"ticket": sign(use="disconnect", sub="wordpress")}
        ),
    }

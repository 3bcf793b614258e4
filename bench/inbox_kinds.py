"""The kinds of lists that are looked at: views, filters, words, later pages; and whole requests.

Usual ones and the worst that we could think of (a tag or a word that only old conversations have,
words that nearly all have, the last pages, filters that exclude each other).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bench.inbox_page import Inbox
from bench.inbox_world import AGENTS, COMMON_TAG, KEYRING, NOW, OLD_TAG, OLD_WORD, RARE_TAG
from bench.looks import Look
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.lists.asked import Asked, Place
from integration.conversations.lists.views import ConversationPage, counts, list_conversations
from integration.db import Database

_VIEWS = ("mine", "unassigned", "open", "pending", "snoozed", "resolved", "mentions", "spam", "all")
_FILTERED: dict[str, dict[str, Any]] = {
    "a channel": {"view": "resolved", "channel_id": 4},
    "a kind and a store": {"view": "all", "kind": "phone", "store_id": 3},
    "a store": {"view": "open", "store_id": 3},
    "a colleague": {"view": "resolved", "assignee_id": 7},
    "a common tag": {"view": "all", "tag": COMMON_TAG},
    "a tag among open ones": {"view": "open", "tag": "returns"},
    "a tag that open ones don't have": {"view": "open", "tag": OLD_TAG},
    "a rare tag": {"view": "all", "tag": RARE_TAG},
    "an old tag": {"view": "all", "tag": OLD_TAG},
    "an old tag, waiting": {"view": "all", "tag": OLD_TAG, "sort": "waiting"},
    "an old tag in a channel": {"view": "resolved", "tag": OLD_TAG, "channel_id": 4},
}
Words = Callable[[int], str]
Search = tuple[str, Words]


def lists(db: Database, conversations: int) -> dict[str, Look]:
    """The lists by themselves, each in a transaction of its own, and the counts beside them."""
    found: dict[str, Look] = {"counts": _counting(db)}
    for view in _VIEWS:
        for sort in ("newest", "waiting"):
            found[f"{view}, {sort}"] = _listing(db, view=view, sort=sort)
    found |= {kind: _listing(db, **asked) for kind, asked in _FILTERED.items()}
    second = _read(db, 1, view="all").next
    late = Place(NOW.replace(year=2023), 1).cursor()
    found["a second page"] = _listing(db, cursor=second, view="all")
    found["a late page"] = _listing(db, cursor=late, view="all")
    for kind, (view, words) in searches(conversations).items():
        found[f"search: {kind}"] = _searching(db, view, words)
    return found


def searches(conversations: int) -> dict[str, Search]:
    """What is searched for, with the view that it is searched in."""
    return {
        "a name": ("all", lambda _: "maria"),
        "an address": ("all", lambda number: f"p{number * 97 % conversations}@mail"),
        "an order": ("all", lambda number: f"#{1000 + number * 89 % conversations}"),
        "a rare word": ("all", lambda number: f"word{number + 900}"),
        "a common word": ("all", lambda _: "parcel"),
        "two common words": ("open", lambda _: "parcel refund"),
        "an old word": ("all", lambda _: OLD_WORD),
        "an old and a common word": ("all", lambda _: f"{OLD_WORD} refund"),
        "an old word among open ones": ("open", lambda _: OLD_WORD),
        "Greek": ("all", lambda _: "γυαλια επιστροφη"),
        "Hebrew": ("resolved", lambda _: "החזר"),
        "a letter": ("all", lambda _: "w"),
        "in what is mine": ("mine", lambda _: "refund thanks"),
    }


def pages(inbox: Inbox) -> dict[str, Look]:
    """Whole requests: the page, its list read again, a further page, and the API."""
    asked = {
        **{view: {"view": view} for view in _VIEWS},
        "mine, waiting": {"view": "mine", "sort": "waiting"},
        "by channel": {"channel": "2"},
        "by store": {"store": "3"},
        "by tag": {"tag": COMMON_TAG, "view": "all"},
        "by an old tag": {"tag": OLD_TAG, "view": "all"},
        "a common word": {"view": "all", "q": "parcel"},
        "an old word": {"view": "all", "q": OLD_WORD},
    }
    found = {f"page: {kind}": _request(inbox, "/inbox", one) for kind, one in asked.items()}
    found["rows again: open"] = _request(inbox, "/inbox/rows", {})
    found["rows: a second page"] = _request(inbox, "/inbox/rows", _second(inbox))
    for kind, one in (
        ("open", {}),
        ("100 of all", {"view": "all", "limit": "100"}),
        ("a rare word", {"view": "all", "q": "word900"}),
    ):
        found[f"api: {kind}"] = _request(inbox, "/api/v1/conversations", one)
    return found


def _second(inbox: Inbox) -> dict[str, str]:
    return {"view": "all", "cursor": str(_read(inbox.db, 1, view="all").next)}


def _counting(db: Database) -> Look:
    def look(number: int) -> None:
        with db.workspace(1) as session:
            counts(session, agent_id=1 + number % AGENTS)

    return look


def _listing(db: Database, *, cursor: str | None = None, **asked: Any) -> Look:
    return lambda number: _read(db, number, cursor=cursor, **asked)


def _searching(db: Database, view: str, words: Words) -> Look:
    return lambda number: _read(db, number, view=view, search=words(number))


def _read(
    db: Database, number: int, *, cursor: str | None = None, **asked: Any
) -> ConversationPage:
    with db.workspace(1) as session:
        return list_conversations(
            session,
            ChannelKeys(KEYRING),
            Asked(**asked),
            agent_id=1 + number % AGENTS,
            now=NOW,
            cursor=cursor,
        )


def _request(inbox: Inbox, path: str, asked: dict[str, str]) -> Look:
    address = f"{path}?{urlencode(asked)}"
    return lambda number: inbox.read(address, 1 + number % AGENTS)

"""A person's data as one file to hand out: a ZIP of data for machines, a page, and their files."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import select

from integration.conversations.attachments import read_files
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.thread import FOR_CUSTOMERS
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import Message, Store
from integration.privacy.erasing.conversation_traces import own_messages
from integration.privacy.erasing.persons import find_person
from integration.privacy.exports.conversations import conversation_groups, visit_groups
from integration.privacy.exports.records import Group, moment, person_groups
from integration.privacy.subject import PrivacySubject, asked_of
from integration.privacy.traces import tellable, traces_of

FORMAT = "tillside-person"
VERSION = 1
DATA, PAGE = "data.json", "data.html"
# All of a person's files together: the rest is named, and stands in the conversation.
FILE_BYTES_AT_MOST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class OfStore:
    """What is held of a person by one store's copy, and by the workspace where that is first."""

    domain: str
    platform: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held of a person, without their files; `names` is all that they go by."""

    stores: tuple[OfStore, ...]
    names: frozenset[Key]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is."""
        return not any(store.groups for store in self.stores)

    @property
    def conversation_ids(self) -> tuple[int, ...]:
        """Their conversations."""
        return tuple(
            int(group["item_id"])
            for store in self.stores
            for group in store.groups
            if group["group_id"] == "conversations"
        )


def collect(
    session: WorkspaceSession,
    keys: ChannelKeys,
    stores: Sequence[Store],
    subject: PrivacySubject,
) -> Held:
    """What these stores' copies hold of a person; what several of them tell alike is told once."""
    told: list[OfStore] = []
    names: set[Key] = set()
    known: set[str] = set()
    for store in stores:
        found = find_person(session, store, subject)
        asked = asked_of(store, subject)
        traces = traces_of(session, store, asked, found.customer_ids, found.order_ids)
        names |= traces.names
        to_tell = tellable(store, asked, traces)
        pages = [
            *_pages(lambda page, s=store, f=found: person_groups(session, s, f, page)),
            *_pages(
                lambda page, s=store, t=to_tell: conversation_groups(session, keys, s, t, page)
            ),
            *visit_groups(session, to_tell),
        ]
        new = {json.dumps(group, sort_keys=True): group for group in pages}
        fresh = tuple(group for text, group in new.items() if text not in known)
        known |= new.keys()
        told.append(OfStore(store.domain, store.platform, fresh))
    return Held(tuple(told), frozenset(names))


def write_file(session: WorkspaceSession, keys: ChannelKeys, held: Held, now: datetime) -> bytes:
    """The ZIP: `data.json`, `data.html` and the files of messages under `files/`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        files = _add_files(session, keys, archive, held.conversation_ids, now)
        value = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": moment(now),
            "stores": [
                {"domain": each.domain, "platform": each.platform, "groups": each.groups}
                for each in held.stores
            ],
            "files": files,
        }
        text = json.dumps(value, ensure_ascii=False, indent=1)
        _add(archive, DATA, text.encode(), now)
        _add(archive, PAGE, _page(held, files, now).encode(), now)
    return packed.getvalue()


def counts_in(file: bytes) -> dict[str, int]:
    """How many things of what kind a file tells, for its receipt."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        value = json.loads(archive.read(DATA))
    groups = [group["group_id"] for store in value["stores"] for group in store["groups"]]
    counts = Counter(groups)
    counts["files"] = sum(1 for each in value["files"] if each["path"])
    return {**counts, "bytes": len(file)}


def _pages(page_of: Any) -> Iterable[Group]:
    page, is_last = 1, False
    while not is_last:
        groups, is_last = page_of(page)
        yield from groups
        page += 1


def _add_files(
    session: WorkspaceSession,
    keys: ChannelKeys,
    archive: zipfile.ZipFile,
    conversation_ids: Sequence[int],
    now: datetime,
) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []
    size = 0
    for conversation_id in conversation_ids:
        statement = (
            select(Message.id)
            .where(own_messages(conversation_id), Message.kind.in_(FOR_CUSTOMERS))
            .order_by(Message.id)
        )
        for message_id in session.execute(statement).scalars():
            for file in read_files(session, keys, message_id):
                fits = size + len(file.data) <= FILE_BYTES_AT_MOST
                path = f"files/{conversation_id}/{len(listed) + 1}-{file.name}" if fits else None
                if path is not None:
                    size += len(file.data)
                    _add(archive, path, file.data, now)
                listed.append(
                    {
                        "conversation": str(conversation_id),
                        "name": file.name,
                        "size_bytes": len(file.data),
                        "path": path,
                    }
                )
    return listed


def _add(archive: zipfile.ZipFile, name: str, data: bytes, now: datetime) -> None:
    info = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def _page(held: Held, files: Sequence[dict[str, Any]], now: datetime) -> str:
    """A page that any browser shows, without a script or anything from elsewhere."""
    lines = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        "<title>A person's data</title></head><body>",
        f"<h1>A person's data</h1><p>As of {moment(now)}</p>",
    ]
    for store in held.stores:
        if store.groups:
            lines.append(f"<h2>{_shown(store.domain)}</h2>")
        for group in store.groups:
            lines.append(f"<h3>{_shown(group['group_label'])}: {_shown(group['item_id'])}</h3><dl>")
            lines += [
                f"<dt>{_shown(each['name'])}</dt><dd>{_shown(each['value'])}</dd>"
                for each in group["data"]
            ]
            lines.append("</dl>")
    if files:
        lines.append("<h2>Files</h2><ul>")
        lines += [f"<li>{_shown(each['path'] or _left_out(each))}</li>" for each in files]
        lines.append("</ul>")
    return "\n".join([*lines, "</body></html>\n"])


def _left_out(file: dict[str, Any]) -> str:
    return f"{file['name']}: too large to be packed, it stands in the conversation"


def _shown(text: str) -> str:
    """Text of whomever: inert, in its own direction, its lines kept."""
    return f"<bdi>{escape(text)}</bdi>".replace("\n", "<br>")

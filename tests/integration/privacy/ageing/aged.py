"""A workspace to fill with one of each class of data that is forgotten in time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from channels.records import File, Inbound, Person
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.receiving import receive
from integration.models import (
    Arrival,
    AuditEvent,
    Channel,
    Conversation,
    PeopleExport,
    PersonExport,
    PrivacyRequest,
    ProfileView,
    Store,
    Visitor,
)
from integration.services import Services


@dataclass
class Place:
    """A workspace to fill with one of each."""

    services: Services
    store: Store
    channel_id: int

    def add(self, *made: Any) -> None:
        with self.services.db.workspace(self.store.workspace_id, write=True) as session:
            session.add_all(made)
            session.flush()

    def count(self, model: Any, *which: Any) -> int:
        with self.services.db.workspace(self.store.workspace_id) as session:
            return session.execute(
                select(func.count()).select_from(model).where(*which)
            ).scalar_one()

    def talk(self, words: str = "canary", *, status: str = "resolved", **values: Any) -> int:
        """A conversation with a file, in that state; its id."""
        now = self.services.now()
        file = File("canary.txt", "text/plain", b"canary", 6)
        said = Inbound(
            f"{words}-{now.timestamp()}@mail.example",
            Person("email", f"{words}@mail.example", "aligned", "Canary"),
            words,
            subject=words,
            files=(file,),
        )
        with self.services.db.workspace(self.store.workspace_id, write=True) as session:
            channel = session.get_one(Channel, self.channel_id)
            keys = ChannelKeys(self.services.keyring)
            key = f"{words}-{now.timestamp()}-{len(values)}"
            found = receive(session, keys, channel, said, key=key, now=now)
            conversation = session.get_one(Conversation, found.conversation_id)
            conversation.status = status
            for name, value in values.items():
                setattr(conversation, name, value)
            return found.conversation_id


def a_view(place: Place) -> None:
    place.add(ProfileView(profile_id=1, viewer="a", surface="page", viewed_at=place.services.now()))


def a_deed(place: Place) -> None:
    place.add(AuditEvent(at=place.services.now(), actor="a", action="x", target=None, details={}))


def a_list(place: Place) -> None:
    row = {"viewer": "a", "surface": "page", "what": "all", "people": 1}
    place.add(PeopleExport(**row, begun_at=place.services.now(), ended_at=None))


def a_request(place: Place, **values: Any) -> PrivacyRequest:
    now = place.services.now()
    row: dict[str, Any] = {
        "workspace_id": place.store.workspace_id,
        "store_hint": "x",
        "kind": "data_request",
        "state": "done",
        "received_at": now,
        "due_at": now + timedelta(days=30),
        "finished_at": now,
        "sealed_subject": b"",
    } | values
    made = PrivacyRequest(**row)
    place.add(made)
    return made


def an_export(place: Place) -> None:
    now = place.services.now()
    place.add(
        PersonExport(
            request_id=a_request(place).id,
            token_digest=now.isoformat().encode(),
            subject_digests="ab",
            sealed_file=b"sealed",
            size_bytes=6,
            made_at=now,
            expires_at=now + timedelta(days=7),
        )
    )


def a_parked_mail(place: Place) -> None:
    now = place.services.now()
    place.add(
        Arrival(
            channel_id=place.channel_id,
            dedupe_key=now.isoformat().encode(),
            received_at=now,
            size_bytes=1,
            sealed_body=b"sealed",
            state="parked",
        )
    )


def a_visitor(place: Place, **values: Any) -> None:
    now = place.services.now()
    place.add(
        Visitor(
            channel_id=place.channel_id,
            token_digest=f"{place.channel_id}{now.isoformat()}{values}".encode(),
            name="Canary",
            created_at=now,
            seen_at=now,
            **values,
        )
    )


def a_visit(place: Place) -> None:
    a_visitor(place, page={"url": "https://shop.example/"}, cart={"lines": 1})


def a_talk(place: Place) -> None:
    place.talk()

"""A workspace with something of everything that the API speaks of, and the ids of it all."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from integration.conversations.answers.canned import create_canned
from integration.install.companions import companion_of
from integration.models import Customer, Store
from integration.models.vocabulary import SessionKind
from integration.search.working_off import work_off_due
from integration.sync.apply import apply
from tests.factories.conversations import mail_of
from tests.factories.fake_handover import FakeSite
from tests.factories.records import customer, told
from tests.factories.store_signed import ticket
from tests.ui_embed.api.conversing import Mailbox
from tests.ui_embed.people_rows import EMAIL, EXTERNAL_ID, add_person
from tests.ui_embed.sites import SITE, connected, panel_token, place_of, put_sites, session_token
from tests.ui_embed.world import DOMAIN, KEY, NOW, World, build_world

PHONE = "+493018274659"
UNKNOWN = "999"
_BY_KEY = {"Authorization": f"Bearer {KEY}"}
_FILES = ("tillside.db", "inbox.db")


@dataclass(frozen=True, slots=True)
class Seeded:
    """A running application, who may call it, and what there is: ids and words by their name."""

    world: World
    folder: Path
    callers: dict[str, dict[str, str]]
    known: dict[str, tuple[str, ...]]
    ticket: Callable[..., str]

    def keep(self) -> None:
        """Remember what the databases hold."""
        for name in _FILES:
            self._database(name).dispose()
            shutil.copy(self.folder / name, self.folder / f"{name}.kept")

    def restore(self) -> None:
        """Put the databases back to what they held."""
        for name in _FILES:
            self._database(name).dispose()
            for left in ("-wal", "-shm"):
                (self.folder / f"{name}{left}").unlink(missing_ok=True)
            shutil.copy(self.folder / f"{name}.kept", self.folder / name)

    def _database(self, name: str) -> Any:
        services = self.world.services
        return services.db if name == _FILES[0] else services.inbox


def seed(folder: Path) -> Seeded:
    """Two workspaces; the first has people, conversations, files, notes, segments and agents."""
    world = build_world(folder)
    # What fails is answered as in production, not raised.
    world.app.testing = False
    one, other = add_person(world, orders=3), add_person(world, other=True)
    alike = _two_alike(world)
    client = world.app.test_client()
    sign = _plugin(world, client)
    talks = _conversations(world)
    known = {
        "profile": _texts(one, *alike, other, UNKNOWN),
        "store": _texts(world.store_id, world.other_store_id, DOMAIN),
        "order": ("#1042", "1041", EXTERNAL_ID),
        "email": (EMAIL, "nobody@mail.example"),
        "note": (_note(client, one),),
        "version": (_version(client, one),),
        "segment": _texts(*(_segment(client, name) for name in ("Best", "Finest"))),
        "attachment": _texts(*(_file(client, talks["conversation"][0]) for _ in range(2))),
        "event": (_decision(client),),
        **talks,
    }
    owner = session_token(world, kind=SessionKind.PANEL, viewer="woocommerce-staff:1")
    callers = {"key": _BY_KEY, "panel": _bearer(panel_token(world)), "owner": _bearer(owner)}
    made = Seeded(world, folder, callers, known, sign)
    made.keep()
    return made


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _texts(*ids: int | str) -> tuple[str, ...]:
    return tuple(map(str, ids))


def _two_alike(world: World) -> list[int]:
    """The profiles of two accounts with one phone, which is suggested."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        store = session.get_one(Store, world.store_id)
        some = [told(customer(each, phone=PHONE)) for each in ("7", "8")]
        apply(session, store, some, now=NOW)
    work_off_due(world.services)
    with world.services.db.workspace(world.workspace_id) as session:
        rows = session.query(Customer).filter(Customer.external_id.in_(("7", "8")))
        return sorted(row.profile_id for row in rows if row.profile_id is not None)


def _plugin(world: World, client: FlaskClient) -> Callable[..., str]:
    """A connected store whose plugin signs tickets, each once."""
    put_sites(world, FakeSite(SITE, keys={"ck_1": "read_write"}))
    connected(world, client)
    workspace_id, store_id = place_of(world)
    companion = companion_of(world.services, workspace_id=workspace_id, store_id=store_id)
    assert companion is not None
    numbers = count()

    def sign(**claims: Any) -> str:
        return ticket(companion, SITE, NOW, jti=f"{next(numbers):032}", **claims)

    return sign


def _conversations(world: World) -> dict[str, tuple[str, ...]]:
    mailbox = Mailbox(world)
    channels = (mailbox.channel_id, mailbox.add_channel("phone", name="Telephone"))
    agents = (mailbox.add_agent("Ada"), mailbox.add_agent("Bela"))
    received = [
        mailbox.receive(mail_of(EMAIL, "Where is #1042?", name="Dimitra")),
        mailbox.receive(mail_of("nobody@mail.example", "May I return it?", trust="claimed")),
        mailbox.receive(mail_of("someone@mail.example", "Is it open today?")),
    ]
    more = mail_of("someone@mail.example", "And on Sunday?")
    later = mailbox.receive(more, conversation_id=received[-1].conversation_id)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        texts = {"en": "It is on its way."}
        create_canned(session, shortcut="parcel", name="Parcel", texts=texts, by="x", now=NOW)
    work_off_due(world.services)
    conversations = [each.conversation_id for each in received]
    return {
        "conversation": _texts(*conversations, UNKNOWN),
        "message": _texts(*(each.message_id for each in (later, *received))),
        "channel": _texts(*channels, UNKNOWN),
        "agent": _texts(*agents),
    }


def _note(client: FlaskClient, profile_id: int) -> str:
    return str(_made(client, f"/profiles/{profile_id}/notes", {"text": "Call before noon."})["id"])


def _version(client: FlaskClient, profile_id: int) -> str:
    told = client.get(f"/api/v1/profiles/{profile_id}/notes", headers=_BY_KEY)
    return str(told.json["notes"][0]["version"])


def _segment(client: FlaskClient, name: str) -> str:
    body = {"name": name, "conditions": [{"kind": "has_tag", "value": "vip"}]}
    return str(_made(client, "/segments", body)["id"])


def _decision(client: FlaskClient) -> str:
    body = {"kind": "email", "value": EMAIL}
    return str(_made(client, "/addresses/shared", body)["event_id"])


def _made(client: FlaskClient, path: str, body: dict[str, Any]) -> Any:
    made = client.post(f"/api/v1{path}", json=body, headers=_BY_KEY)
    assert made.status_code in (200, 201), made.text
    return made.json


def _file(client: FlaskClient, conversation_id: str) -> str:
    path = f"/api/v1/attachments?conversation={conversation_id}"
    headers = {**_BY_KEY, "X-File-Name": "label.txt"}
    made = client.post(path, data=b"text", headers=headers)
    assert made.status_code == 201, made.text
    return str(made.json["attachment"]["key"])

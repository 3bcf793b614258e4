"""What a furnished workspace has for coming in: a passkey, a session, a store, a visitor."""

import secrets
from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select

from integration.crypto import token_digest
from integration.install.sessions import open_session
from integration.models import (
    Passkey,
    PendingConnection,
    PersonExport,
    Session,
)
from integration.models.vocabulary import Role, SessionKind
from integration.session_digests import session_digest
from tests.ui_embed.privacy.asked import add_request
from tests.ui_embed.widget.chats import Visitor
from tests.ui_embed.world import NOW, World

Things = dict[str, str]


def add_doors(world: World, workspace_id: int, store_id: int, word: str) -> Things:
    """The owner's session in another browser, their passkey, and a store that was connected."""
    opened = open_session(
        world.services,
        workspace_id=workspace_id,
        store_id=store_id,
        kind=SessionKind.BROWSER,
        role=Role.OWNER,
        viewer="owner:1",
        lifetime=timedelta(days=9),
    )
    made = {"way_back": f"way-back-of-{word}-{'x' * 16}", "nonce": f"nonce-of-{word}-{'x' * 18}"}
    with world.services.db.workspace(workspace_id, write=True) as session:
        digest = session_digest(world.services.settings, opened.token)
        statement = select(Session).where(Session.token_digest == digest)
        row = session.execute(statement).scalars().one()
        passkey = Passkey(
            agent_id=row.agent_id,
            credential_id=word.encode(),
            public_key=b"x",
            sign_count=0,
            name="Laptop",
            created_at=NOW,
        )
        session.add(passkey)
        session.flush()
        made |= {"session": str(row.id), "passkey": str(passkey.id), "owner": str(row.agent_id)}
    with world.services.db.across_workspaces(write=True) as everywhere:
        everywhere.add(
            PendingConnection(
                platform="woocommerce",
                domain=f"{word}.example",
                site={},
                nonce_digest=token_digest(made["nonce"]),
                return_digest=token_digest(made["way_back"]),
                browser_digest=token_digest(f"browser of {word}"),
                state="proved",
                workspace_id=workspace_id,
                store_id=store_id,
                created_at=NOW,
                expires_at=NOW + timedelta(minutes=30),
            )
        )
    return made | _add_requests(world, workspace_id, word)


def _add_requests(world: World, workspace_id: int, word: str) -> Things:
    """An erasure that can be taken back still, and a person's data as a file."""
    known: dict[str, Any] = {
        "workspace_id": workspace_id,
        "store_id": None,
        "store_hint": word,
        "source": "merchant",
        "received_at": NOW,
        "not_before": NOW + timedelta(hours=1),
        "due_at": NOW + timedelta(days=30),
        "sealed_subject": b"never opens",
    }
    erasure = add_request(world, kind="customer_redact", **known)
    request = add_request(world, kind="data_request", state="ready", **known)
    with world.services.db.workspace(workspace_id, write=True) as session:
        export = PersonExport(
            request_id=request,
            token_digest=word.encode(),
            subject_digests="",
            sealed_file=None,
            size_bytes=0,
            made_at=NOW,
            expires_at=NOW + timedelta(days=7),
        )
        session.add(export)
        session.flush()
        return {"request": str(erasure), "data_request": str(request), "export": str(export.id)}


def add_visitor(world: World, things: Things) -> Things:
    """Somebody who wrote in the chat and sent a file; their token, and what they sent."""
    visitor = Visitor(
        world.app.test_client(),
        channel=things["chat_token"],
        origin=f"https://{things['domain']}",
    )
    visitor.start()
    form = {"text": "Hello", "key": secrets.token_urlsafe(16), "file": (BytesIO(b"words"), "a.txt")}
    said = visitor.ask("POST", "messages", data=form)
    message = said.get_json()["thread"]["messages"][0]
    assert visitor.token is not None
    return {
        "visitor": visitor.token,
        "visitors_message": message["id"],
        "visitors_file": message["files"][0]["key"],
        "public_chat": things["chat_token"],
        "public_form": things["form_token"],
    }

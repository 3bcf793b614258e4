"""A shop's month of privacy: what was asked, done and proved, and who did what."""

from datetime import timedelta
from typing import Any

from integration.agents.directory import agent_of
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.models import ProfileView
from integration.privacy.ageing.retention import set_retention
from integration.privacy.receipts import Done, add_receipt
from tests.ui_embed.agents.people import add_agent
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.privacy.asked import add_request, ask_data, ask_erasure, change_request
from tests.ui_embed.world import NOW, World


def begin(world: World) -> None:
    """A team and a person, and nothing asked."""
    add_agent(world, role="owner")
    add_agent(world, email="jana@aegean.example", name="Jana Nováková", role="admin")
    add_person(world)


def fill(world: World) -> None:
    """Requests of each kind and state, receipts, deeds and views."""
    begin(world)
    ready = ask_data(world, ready=True)
    change_request(world, ready, received_at=NOW - timedelta(days=1))
    ask_erasure(world)
    add_request(world, not_before=NOW + timedelta(hours=46), received_at=NOW - timedelta(hours=2),
                due_at=NOW + timedelta(days=29, hours=22))  # fmt: skip
    add_request(world, source="store", kind="customer_redact")
    done = add_request(
        world, source="store", kind="customer_redact", state="done", outcome="erased",
        received_at=NOW - timedelta(days=9), finished_at=NOW - timedelta(days=8),
    )  # fmt: skip
    add_request(
        world, source="plugin", kind="data_request", state="done", outcome="exported",
        received_at=NOW - timedelta(days=12), finished_at=NOW - timedelta(days=12),
    )  # fmt: skip
    _receipts(world, done)
    set_retention(world.services, world.workspace_id, "conversations", 1095, by="agent:1")
    _deeds(world)
    _views(world)


def late(world: World) -> None:
    """One that should have been done."""
    fill(world)
    add_request(
        world, source="store", kind="customer_redact", received_at=NOW - timedelta(days=32),
        due_at=NOW - timedelta(days=2),
    )  # fmt: skip


def _receipts(world: World, request_id: int) -> None:
    erased = {
        "accounts": 1, "bodies": 4, "conversations": 3, "documents": 1, "files": 2, "messages": 12,
        "orders": 7, "struck_out": 1,
    }  # fmt: skip
    asked_at = (NOW - timedelta(days=6)).isoformat()
    facts = {"source": "store", "asked_at": asked_at, "key_destroyed": False}
    told = (
        Done("aged_out", {"visitors": 118, "visits": 204}, facts={"day": "2026-11-12"}),
        Done("person_erased", erased, request_id=request_id, facts=facts),
        Done("data_exported", {"orders": 3, "conversations": 2, "bytes": 48_211}),
    )
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.lock_workspace()
        for back, done in enumerate(told):
            at = NOW - timedelta(days=9 - 4 * back)
            add_receipt(session, world.services.settings, done, now=at)


def _deeds(world: World) -> None:
    door = f"woocommerce-staff:1@{world.store_id}"
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        agent_of(session, door, role="agent", locale=None, now=NOW)

    def did(days: float, action: Action, by: str = "agent:1", **told: Any) -> None:
        with world.services.db.workspace(world.workspace_id, write=True) as session:
            record(session, action, by=by, now=NOW - timedelta(days=days), **told)

    did(600, Action.STORE_CONNECTED, "store", target=f"store:{world.store_id}", again=False)
    did(9, Action.API_KEY_MADE, "command", target="api-key:1")
    did(6, Action.AGENT_INVITED, target="agent:2", purpose="invite", role="admin")
    did(5, Action.SIGNED_IN, "agent:2", target="agent:2", way="invitation")
    did(4, Action.AGENT_CHANGED, "agent:1", target="agent:2", role="admin", before="agent")
    did(2.2, Action.SETTINGS_CHANGED, "agent:2", what="office_hours")
    did(2, Action.SIGN_IN_FAILED, "stranger", target="agent:1", way="password")
    did(1.9, Action.SIGNED_IN, "agent:1", target="agent:1", way="passkey")
    did(1.2, Action.PEOPLE_EXPORTED, door, what="segment", surface="page", people=214)
    did(0.2, Action.JOIN_CODE_MADE, door)


def _views(world: World) -> None:
    def saw(hours: float, viewer: str, profile_id: int = 1, **told: Any) -> None:
        row: dict[str, Any] = {
            "profile_id": profile_id,
            "store_id": world.store_id,
            "viewer": viewer,
            "surface": "panel",
            "viewed_at": NOW - timedelta(hours=hours),
            "conversation_id": None,
        } | told
        with world.services.db.workspace(world.workspace_id, write=True) as session:
            session.add(ProfileView(**row))

    saw(200, "agent:2", 77)
    saw(50, "api-key:1", surface="api")
    saw(26, "woocommerce-staff:1")
    saw(4, "agent:2", surface="inbox", conversation_id=12)
    saw(0.5, "agent:1")

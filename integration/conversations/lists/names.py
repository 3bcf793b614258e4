"""What stores call those who told no name of their own, in a list."""

from collections.abc import Collection

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import aliased

from integration.conversations.who import BELIEVED
from integration.db import WorkspaceSession
from integration.models import Conversation, Customer, Profile


def names_at_stores(session: WorkspaceSession, conversation_ids: Collection[int]) -> dict[int, str]:
    """The names of those who signed in at their store, by conversation; two statements at most."""
    accounts: dict[tuple[int, str], list[int]] = {}
    statement = select(Conversation.id, Conversation.person_value).where(
        Conversation.id.in_(conversation_ids),
        Conversation.person_kind == "customer",
        Conversation.trust.in_(BELIEVED),
    )
    for number, value in session.execute(statement):
        store_id, _, external_id = (value or "").partition(":")
        if store_id.isdecimal():
            accounts.setdefault((int(store_id), external_id), []).append(number)
    if not accounts:
        return {}
    face = aliased(Profile)
    rows = session.execute(
        select(
            Customer.store_id,
            Customer.external_id,
            func.coalesce(face.display_name, Profile.display_name),
        )
        .join(Profile, Profile.id == Customer.profile_id)
        .outerjoin(face, face.id == Profile.joined_id)
        .where(tuple_(Customer.store_id, Customer.external_id).in_(list(accounts)))
    )
    return {
        number: name
        for store_id, external_id, name in rows
        if name
        for number in accounts[store_id, external_id]
    }

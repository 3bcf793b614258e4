"""Profiles as bare rows, for what is told of people beside their orders."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from integration.models import Profile
from tests.factories.mirror import Mirror
from tests.factories.stores import NOW


def add_profile(mirror: Mirror, name: str | None = "Ada", **values: Any) -> int:
    """A profile of that workspace; its id."""
    row: dict[str, Any] = {"display_name": name, "tags": [], "created_at": NOW} | values
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        profile = Profile(**row)
        session.add(profile)
        session.flush()
        return profile.id


def join(mirror: Mirror, dormant_id: int, face_id: int | None) -> None:
    """Have one profile stand for the other, as a link does; None takes it back."""
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.execute(update(Profile).where(Profile.id == dormant_id).values(joined_id=face_id))


def later(hours: int = 1) -> datetime:
    """Some time after the tests' time."""
    return NOW.replace(hour=NOW.hour + hours)

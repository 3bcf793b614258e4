"""Whose a profile is that an operator names by its id."""

import click
from sqlalchemy import select

from integration.errors import NotFound
from integration.models import Profile
from integration.services import Services

# An id of ours as somebody types it.
OUR_ID = click.IntRange(1, 2**63 - 1)


def workspace_of(services: Services, profile_id: int) -> int:
    """The workspace of a profile. Raises NotFound."""
    with services.db.across_workspaces() as session:
        workspace_id = session.execute(
            select(Profile.workspace_id).where(Profile.id == profile_id)
        ).scalar_one_or_none()
    if workspace_id is None:
        raise NotFound(f"There is no profile {profile_id}.")
    return workspace_id

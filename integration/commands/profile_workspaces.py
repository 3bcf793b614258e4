"""Whose a profile is that an operator names by its id."""

from sqlalchemy import select

from integration.errors import NotFound
from integration.models import Profile
from integration.services import Services


def workspace_of(services: Services, profile_id: int) -> int:
    """The workspace of a profile. Raises NotFound."""
    with services.db.across_workspaces() as session:
        workspace_id = session.execute(
            select(Profile.workspace_id).where(Profile.id == profile_id)
        ).scalar_one_or_none()
    if workspace_id is None:
        raise NotFound(f"There is no profile {profile_id}.")
    return workspace_id

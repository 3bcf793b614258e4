"""A workspace's settings of its inbox."""

from integration.conversations.office_hours import OfficeHours
from integration.db import WorkspaceSession


def office_hours_of(session: WorkspaceSession) -> OfficeHours | None:
    """The workspace's office hours, None where it has none set."""
    return None

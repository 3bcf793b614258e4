"""What would go if a class of data were kept for another time: counted, and nothing taken."""

from dataclasses import dataclass
from datetime import timedelta

from integration.errors import NotFound
from integration.privacy.ageing.aged_rows import FORGETS, old_rows
from integration.privacy.ageing.data_classes import BY_NAME
from integration.services import Services

_MOST = 2_000


@dataclass(frozen=True, slots=True)
class WouldGo:
    """How many rows the next run would take; `is_more`: at least so many."""

    count: int
    is_more: bool


def would_go(services: Services, workspace_id: int, name: str, days: int | None) -> WouldGo:
    """What the next run would take of a class that is kept for so many days.

    Raises NotFound for a class that isn't forgotten by its age.
    """
    if name not in BY_NAME or name not in FORGETS:
        raise NotFound("There is no such class of data.")
    if days is None:
        return WouldGo(0, is_more=False)
    before = services.now() - timedelta(days=days)
    with services.db.workspace(workspace_id) as session:
        count = len(old_rows(session, FORGETS[name], before, _MOST))
    return WouldGo(count, is_more=count >= _MOST)

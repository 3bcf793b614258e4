"""What agents said of a person goes on where the person goes."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from integration.models import Profile, ProfileNote
from integration.statements.bulk import among, table_of, update_rows

_PROFILES, _NOTES = table_of(Profile), table_of(ProfileNote)


def hand_over(connection: Connection, workspace_id: int, heirs: Mapping[int, int | None]) -> None:
    """Give notes and own tags of profiles that end to the profiles where their people are now.

    What has no heir is left to go with its profile.
    """
    to = {ending: heir for ending, heir in heirs.items() if heir is not None}
    if not to:
        return
    notes = connection.execute(
        select(_NOTES.c.id, _NOTES.c.profile_id).where(
            _NOTES.c.workspace_id == workspace_id, among(connection, _NOTES.c.profile_id, to)
        )
    )
    moved = [(to[profile_id], note_id) for note_id, profile_id in notes]
    update_rows(connection, _NOTES, ("profile_id",), moved, key=("id",))
    _hand_tags_over(connection, workspace_id, to)


def _hand_tags_over(connection: Connection, workspace_id: int, to: Mapping[int, int]) -> None:
    rows = connection.execute(
        select(_PROFILES.c.id, _PROFILES.c.own_tags).where(
            _PROFILES.c.workspace_id == workspace_id,
            among(connection, _PROFILES.c.id, {*to, *to.values()}),
        )
    )
    tags = {profile_id: list(own) for profile_id, own in rows}
    gained: dict[int, list[str]] = {}
    for ending, heir in to.items():
        new = [tag for tag in tags.get(ending, []) if tag not in tags.get(heir, [])]
        if new and heir in tags:
            tags[heir] = gained[heir] = [*tags[heir], *new]
    rows_of_tags = [(own, profile_id) for profile_id, own in gained.items()]
    update_rows(connection, _PROFILES, ("own_tags",), rows_of_tags, key=("id",))

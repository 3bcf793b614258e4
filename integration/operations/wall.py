"""Whether PostgreSQL's row-level security is around merchants' rows, and holds our role."""

from integration.models import Model
from integration.operations.findings import Finding, finding
from integration.services import Services
from integration.tenancy.row_security import is_held, unprotected

_PART = "workspaces"


def look_at_wall(services: Services) -> Finding:
    """What keeps merchants apart in this database, in plain words."""
    if services.db.is_sqlite:
        return finding(_PART, True, "kept apart by the program; SQLite has no wall of its own")
    with services.db.engine.connect() as connection:
        role, is_behind_it = str(connection.engine.url.username), is_held(connection)
        lacking = unprotected(connection, Model.metadata)
    return of_wall(role, is_behind_it, lacking)


def of_wall(role: str, is_behind_it: bool, lacking: list[str]) -> Finding:
    """Whether the role is held, and by a wall that has no gap."""
    if not is_behind_it:
        return finding(
            _PART,
            False,
            f"the role {role} is a superuser or has BYPASSRLS: row-level security doesn't hold it,"
            " and only the program keeps merchants apart, which refuses statements that name no"
            " workspace, and not those that name another's",
            "connect as a role that is neither: docs/operations.md, The database's role",
        )
    return finding(
        _PART,
        not lacking,
        f"without row-level security: {', '.join(lacking)}"
        if lacking
        else "kept apart by the program, and by row-level security",
        "run `tillside db upgrade`",
    )

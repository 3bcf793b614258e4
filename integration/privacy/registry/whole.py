"""The registry of personal data: every place that can hold some, and what takes it away there.

Tests fail by name for a column, table, job, Valkey key, file, label of a metric or storage of a
browser that doesn't stand here.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import Table

from integration.models import InboxModel, Model
from integration.privacy.ageing.data_classes import BY_NAME, CLASSES, DataClass
from integration.privacy.registry.columns import COLUMNS
from integration.privacy.registry.places import FILES, JOBS, OUTSIDE, RECORDS, VALKEY
from integration.privacy.registry.records import Place, PlaceKind

PLACES: Final[tuple[Place, ...]] = (*COLUMNS, *RECORDS, *JOBS, *VALKEY, *FILES, *OUTSIDE)

_TITLES: Final[dict[PlaceKind, str]] = {
    "columns": "Columns of the database",
    "records": "Records without a customer's name",
    "jobs": "Queued jobs",
    "valkey": "Keys and streams in Valkey",
    "files": "Files in DATA_DIR",
    "logs": "Logs and error reports",
    "browser": "Browsers",
    "metrics": "Labels of metrics",
    "copies": "Copies",
}
_INTRODUCTION: Final = """\
# The registry of personal data

Every place that can hold personal data: what for, how long, and what erases a person there. \
Written by `tillside privacy registry`; a test fails while it isn't current, and for a place that \
isn't in it. How a request runs stands in [requests](privacy-requests.md), how long each class \
is kept in its [table](privacy-requests.md#how-long-it-is-kept). Columns in *italics* are sealed.
"""


def marked_columns() -> dict[str, set[str]]:
    """The columns that the models mark as personal, by table."""
    found: dict[str, set[str]] = {}
    for table in _tables():
        names = {column.name for column in table.columns if column.info.get("personal")}
        if names:
            found[table.name] = names
    return found


def registered_columns() -> dict[str, set[str]]:
    """The columns of the registry, by table."""
    found: dict[str, set[str]] = {}
    for place in COLUMNS:
        found.setdefault(place.name, set()).update(place.holds)
    return found


def as_dicts() -> list[dict[str, Any]]:
    """Every place, with its time in words."""
    return [{**place.as_dict(), "kept": kept(BY_NAME[place.data_class])} for place in PLACES]


def as_markdown() -> str:
    """The registry as docs/privacy-registry.md holds it."""
    return "\n".join([_INTRODUCTION, *_sections()]) + "\n"


def classes_as_markdown() -> str:
    """The table of classes as docs/privacy-requests.md holds it."""
    rows = [
        "| class | what it covers | kept | a merchant may choose | why |",
        "|---|---|---|---|---|",
    ]
    for each in CLASSES:
        least = "1 day" if each.least == 1 else f"{each.least} days"
        choice = f"{least} to {each.most // 365} years" if each.most else "no"
        if each.most and each.most < 730:
            choice = f"{each.least} to {each.most} days"
        choice += ", or until it is erased" if each.may_be_kept else ""
        rows.append(
            f"| `{each.name}` | {each.title}: {_lowered(each.covers)} | {kept(each)} | {choice} |"
            f" {each.remark} |"
        )
    return "\n".join(rows)


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def kept(each: DataClass) -> str:
    """How long a class is kept, in words."""
    if each.default_days is None:
        return "until it is erased" if each.may_be_kept else each.remark.partition(".")[0].lower()
    days = each.default_days
    span = f"{days // 365} years" if days >= 730 and not days % 365 else f"{days} days"
    return span.replace("1 days", "1 day") if days == 1 else span


def _sections() -> Iterator[str]:
    sealed = {
        f"{table.name}.{column.name}"
        for table in _tables()
        for column in table.columns
        if column.info.get("sealed")
    }
    for kind, title in _TITLES.items():
        yield f"\n## {title}\n"
        yield "| where | what | what for | kept | erased by | seen by |"
        yield "|---|---|---|---|---|---|"
        for place in PLACES:
            if place.kind == kind:
                yield _row(place, sealed)


def _row(place: Place, sealed: Iterable[str]) -> str:
    is_code = place.kind in ("columns", "records", "jobs")
    what = ", ".join(_value(place, value, sealed) if is_code else value for value in place.holds)
    erased_by = f"`{place.erased_by}`" if place.is_erased_by_code else place.erased_by
    cells = (
        f"`{place.name}`",
        what,
        place.purpose,
        f"{place.data_class}: {kept(BY_NAME[place.data_class])}",
        erased_by,
        place.seen_by,
    )
    return f"| {' | '.join(cells)} |"


def _value(place: Place, value: str, sealed: Iterable[str]) -> str:
    return f"*`{value}`*" if f"{place.name}.{value}" in sealed else f"`{value}`"


def _tables() -> Iterator[Table]:
    for root in (Model, InboxModel):
        yield from root.metadata.tables.values()

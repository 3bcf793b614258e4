"""Every column that could hold personal data says whether it does."""

from sqlalchemy import JSON, Column, LargeBinary, String
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapper, RelationshipProperty

from integration.models import InboxModel, Model, WorkspaceScoped

KINDS = {None, "name", "contact", "address", "order", "message", "free_text", "device"}

# What is no merchant's: the merchants themselves, and what comes before a workspace is known.
UNSCOPED: dict[str, str] = {}


def _mappers() -> list[Mapper[DeclarativeBase]]:
    return [mapper for root in (Model, InboxModel) for mapper in root.registry.mappers]


def _columns() -> list[Column[object]]:
    return [
        column
        for root in (Model, InboxModel)
        for table in root.metadata.tables.values()
        for column in table.columns
    ]


def _can_hold_a_person(column: Column[object]) -> bool:
    return isinstance(column.type, String | JSON | LargeBinary)


def test_every_text_document_and_binary_column_is_marked() -> None:
    unmarked = {
        str(column)
        for column in _columns()
        if _can_hold_a_person(column) and "personal" not in column.info
    }
    assert unmarked == set()


def test_the_marks_are_known_ones() -> None:
    odd = {str(column) for column in _columns() if column.info.get("personal") not in KINDS}
    assert odd == set()


def test_what_is_sealed_is_bytes_and_says_so_in_its_name() -> None:
    sealed = [column for column in _columns() if column.info.get("sealed")]
    assert sealed
    assert {str(column) for column in sealed if not isinstance(column.type, LargeBinary)} == set()


def test_no_relationship_reads_behind_ones_back() -> None:
    lazy = {
        str(relationship)
        for mapper in _mappers()
        for relationship in mapper.relationships
        if isinstance(relationship, RelationshipProperty) and relationship.lazy != "raise"
    }
    assert lazy == set()


def test_what_names_a_workspace_is_scoped_to_it() -> None:
    loose = {
        mapper.class_.__name__
        for mapper in _mappers()
        if "workspace_id" in mapper.columns
        and not mapper.columns["workspace_id"].nullable
        and not issubclass(mapper.class_, WorkspaceScoped)
    }
    assert loose == set(UNSCOPED)


def test_money_is_whole_numbers_and_times_have_zones() -> None:
    odd = {
        str(column)
        for column in _columns()
        if (column.name.endswith("_minor") and column.type.python_type is not int)
        or (column.name.endswith("_at") and "timestamp" not in _database_type(column))
    }
    assert odd == set()


def _database_type(column: Column[object]) -> str:
    return str(column.type.compile(postgresql.dialect())).lower()  # type: ignore[no-untyped-call]

"""What PostgreSQL says of a row that it refuses holds the row: none of that is logged or kept."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rq.job import Job
from sqlalchemy import Column, MetaData, Table, Text, insert, text
from sqlalchemy.exc import DataError, IntegrityError

from integration.db import Database
from integration.logs.told_errors import told, told_traceback
from integration.rq_jobs import queue_of
from integration.statements.bulk import write_rows
from tests.integration.running import running, until

pytestmark = pytest.mark.real

CANARY = "canary@private.gr"
PEOPLE = Table("people", MetaData(), Column("email", Text, primary_key=True))
REFUSED = "psycopg.errors.UniqueViolation: 23505, constraint people_pkey, table people"
# So many rows are written by COPY.
_MANY = 320


@pytest.fixture
def db(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url, pool_size=2)
    with database.across_workspaces(write=True) as session:
        PEOPLE.create(session.connection())
        session.execute(insert(PEOPLE).values(email=CANARY))
    yield database
    database.dispose()


def insert_again(db: Database) -> None:
    with db.across_workspaces(write=True) as session:
        session.execute(insert(PEOPLE).values(email=CANARY))


def copy_again(db: Database) -> None:
    rows = [(str(number),) for number in range(_MANY)] + [(CANARY,)]
    with db.across_workspaces(write=True) as session:
        write_rows(session.connection(), PEOPLE, ("email",), rows)


def as_a_number(db: Database) -> None:
    with db.across_workspaces() as session:
        session.execute(text("SELECT CAST(email AS integer) FROM people"))


@pytest.mark.parametrize(
    ("fail", "kind", "line"),
    [
        (insert_again, IntegrityError, f"sqlalchemy.exc.IntegrityError: {REFUSED}"),
        (copy_again, IntegrityError, f"sqlalchemy.exc.IntegrityError: {REFUSED}"),
        (
            as_a_number,
            DataError,
            "sqlalchemy.exc.DataError: psycopg.errors.InvalidTextRepresentation: 22P02",
        ),
    ],
)
def test_an_error_names_its_kind_and_the_constraint_and_quotes_no_row(
    db: Database, fail: Callable[[Database], None], kind: type[Exception], line: str
) -> None:
    with pytest.raises(kind) as failed:
        fail(db)
    assert told(failed.value) == line
    causes = [failed.value, failed.value.__cause__, failed.value.__context__]
    # Libraries print what they please of it.
    for said in (told_traceback(failed.value), *map(str, causes), *map(repr, causes)):
        assert CANARY not in said


def test_neither_the_log_nor_valkey_keeps_what_a_failed_job_wrote(
    db: Database, postgres_url: str, tmp_path: Path
) -> None:
    printed = tmp_path / "printed"
    with running(tmp_path) as house, printed.open("wb") as log:
        house.start("worker", "1", "live", "bulk", log=log)
        for name in ("live.write_twice", "bulk.write_twice"):
            house.jobs.enqueue(name, url=postgres_url, email=CANARY)
        until(lambda: printed.read_bytes().count(b'"job.failed"') == 2)
        queue = queue_of("live", house.valkey)
        until(lambda: queue.failed_job_registry.count == 1)
        [job_id] = queue.failed_job_registry.get_job_ids()
        job = Job.fetch(job_id, connection=house.valkey, serializer="json")
        result = job.latest_result()
    lines: list[dict[str, Any]] = [json.loads(line) for line in printed.read_text().splitlines()]
    for line in lines:
        assert CANARY not in json.dumps(line)
    failed = {line["job"]: line for line in lines if line["event"] == "job.failed"}
    assert failed.keys() == {"live.write_twice", "bulk.write_twice"}
    for line in failed.values():
        assert line["error"] == "UniqueViolation"
        assert "in write_twice" in line["exception"]
        assert line["exception"].endswith(REFUSED)
    assert result is not None
    assert result.exc_string == failed["live.write_twice"]["exception"]

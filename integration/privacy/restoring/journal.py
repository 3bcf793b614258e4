"""The journal of erasures: what must hold after a backup was put back.

A file in DATA_DIR that only grows and outlives the database. Each line is JSON and on the disk
before the transaction that it tells of is committed; it names nobody: persons stand in it as keyed
hashes (`identity.erased_names`). `settling` erases again what a restored database lost.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from integration.errors import Invalid

FILE_NAME = "erasures.jsonl"
VERSION = 1

# `older` is what a store that came back had before it left; `restored` says that all lines before
# it were applied to a database that a backup brought back, `receipt` how far a chain has come.
LineKind: TypeAlias = Literal["person", "store", "older", "receipt", "restored"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `names` are digests; `before` is set for `older`, `sequence` and `digest` (of the
    newest receipt) for `receipt` and `restored`.
    """

    kind: LineKind
    workspace_id: int
    at: datetime
    store_id: int | None = None
    names: frozenset[bytes] = frozenset()
    check: str | None = None
    before: datetime | None = None
    sequence: int | None = None
    digest: bytes | None = None

    def text(self) -> str:
        """The line as it stands in the file, without its end."""
        told: dict[str, Any] = {
            "v": VERSION,
            "kind": self.kind,
            "workspace": str(self.workspace_id),
            "at": written(self.at),
        }
        if self.store_id is not None:
            told["store"] = str(self.store_id)
        if self.kind == "person":
            told["names"] = sorted(name.hex() for name in self.names)
        if self.check is not None or self.kind == "person":
            # Of a store's erasure too: another installation's journal has the same small ids.
            told["check"] = self.check
        if self.kind == "store":
            told["key_destroyed"] = True
        if self.before is not None:
            told["before"] = written(self.before)
        if self.digest is not None:
            told |= {"sequence": self.sequence, "digest": self.digest.hex()}
        return json.dumps(told, separators=(",", ":"))


def key_check(names_key: bytes) -> str:
    """By what a line's digests are known to be made with the SECRET_KEY that we have."""
    return hmac.digest(names_key, b"check", "sha256").hex()[:16]


def journal_file(data_dir: Path) -> Path:
    """Where an installation's own journal is."""
    return data_dir / FILE_NAME


def append(data_dir: Path, *lines: Line) -> None:
    """Write lines down; they are on the disk when this returns. Raises OSError."""
    file = journal_file(data_dir)
    is_new = not file.exists()
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    descriptor = os.open(file, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        told = "".join(f"{line.text()}\n" for line in lines).encode()
        if _ends_torn(file):
            told = b"\n" + told
        while told:
            told = told[os.write(descriptor, told) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        _to_disk(data_dir)


def read(file: Path) -> Iterator[Line]:
    """The lines of a journal, in their order; none where there is no file.

    A torn line (somebody was killed while writing it: nothing was committed) is passed over. Raises
    Invalid for a file that is no journal.
    """
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return
    yield from parse(raw.decode(errors="replace").splitlines(), str(file))


def parse(texts: Iterable[str], name: str) -> Iterator[Line]:
    """The lines of a journal's text. Raises Invalid for what is no journal's."""
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            told = json.loads(text)
        except ValueError:
            continue
        try:
            yield _line(told)
        except (KeyError, TypeError, ValueError):
            raise Invalid(f"{name}, line {number}: this is no line of a journal") from None


def _line(told: dict[str, Any]) -> Line:
    if told["v"] != VERSION:
        raise ValueError("another version")
    return Line(
        kind=told["kind"],
        workspace_id=int(told["workspace"]),
        at=datetime.fromisoformat(told["at"]),
        store_id=int(told["store"]) if "store" in told else None,
        names=frozenset(bytes.fromhex(name) for name in told.get("names", ())),
        check=told.get("check"),
        before=datetime.fromisoformat(told["before"]) if "before" in told else None,
        sequence=told.get("sequence"),
        digest=bytes.fromhex(told["digest"]) if "digest" in told else None,
    )


def _ends_torn(file: Path) -> bool:
    with file.open("rb") as reading:
        size = reading.seek(0, os.SEEK_END)
        if size == 0:
            return False
        reading.seek(size - 1)
        return reading.read(1) != b"\n"


def _to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def written(moment: datetime) -> str:
    """A time as journals have it."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")

"""A bulk result on disk: roots joined with their children, whatever the order of the lines.

Shopify's ungrouped JSONL promises no order, so a first pass notes where each line lies (some 20
bytes a line) and a second reads every root with its children from there. Nothing else is kept:
memory stays flat however long the file is.
"""

import os
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self

import orjson

from platforms.errors import StoreAnsweredNonsense, TruncatedResult

Node = dict[str, Any]

_PARENT = b'"__parentId"'
_ID = b'{"id":"'
_CHUNK_BYTES = 1 << 20

# Roots whose children are looked up at once: some 15 MB of index entries.
_WINDOW = 50_000


class JsonlResult:
    """The downloaded lines of one bulk result; a context manager that removes the file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        # An unnamed file: personal data must not outlive the process.
        self._file = tempfile.TemporaryFile(prefix="tillside-")  # noqa: SIM115
        self._roots = _Lines()
        self._children = _Lines()
        try:
            for chunk in chunks:
                self._file.write(chunk)
            self._survey()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def line_count(self) -> int:
        """How many objects the file holds, roots and children."""
        return len(self._roots.numbers) + len(self._children.numbers)

    @property
    def root_count(self) -> int:
        """How many roots the file holds."""
        return len(self._roots.numbers)

    def joined(self, skip: int = 0) -> Iterator[tuple[Node, list[Node]]]:
        """Each root with its children, in the file's order of roots, after `skip` of them.

        Raises TruncatedResult when children are left whose root isn't in the file.
        """
        descriptor = self._file.fileno()
        attached = 0
        for first in range(0, self.root_count, _WINDOW):
            window = range(first, min(first + _WINDOW, self.root_count))
            families = self._families(window)
            attached += sum(map(len, families.values()))
            for index in window:
                if index >= skip:
                    places = families[self._roots.numbers[index]]
                    yield (
                        self._roots.read(descriptor, index),
                        [self._children.read(descriptor, place) for place in places],
                    )
        if attached != len(self._children.numbers):
            raise TruncatedResult("the bulk result has children without their parent")

    def _families(self, window: range) -> dict[int, list[int]]:
        """The places of the children of each root in the window."""
        numbers = self._roots.numbers[window.start : window.stop]
        families: dict[int, list[int]] = {number: [] for number in numbers}
        if len(families) != len(numbers):
            raise StoreAnsweredNonsense("the bulk result tells one object twice")
        find = families.get
        for place, parent in enumerate(self._children.numbers):
            family = find(parent)
            if family is not None:
                family.append(place)
        return families

    def _survey(self) -> None:
        self._file.seek(0)
        offset = 0
        line = b""
        try:
            for line in self._file:
                self._note(line, offset)
                offset += len(line)
            if not line.endswith(b"\n"):
                orjson.loads(line or b"null")
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            if not line.endswith(b"\n"):
                raise TruncatedResult("the bulk result breaks off inside a line") from error
            raise StoreAnsweredNonsense("the bulk result isn't the JSONL asked for") from error

    def _note(self, line: bytes, offset: int) -> None:
        at = line.rfind(_PARENT)
        if at >= 0:
            parent = _number(line, line.index(b'"', at + len(_PARENT)))
            self._children.add(parent, line, offset)
        elif line.startswith(_ID):
            self._roots.add(_number(line, len(_ID) - 1), line, offset)
        elif not line.isspace():
            number = int(orjson.loads(line)["id"].rpartition("/")[2])
            self._roots.add(number, line, offset)


class _Lines:
    """Where lines lie: an object's number, its offset and length."""

    def __init__(self) -> None:
        self.numbers = array("Q")
        self._offsets = array("Q")
        self._lengths = array("L")

    def add(self, number: int, line: bytes, offset: int) -> None:
        self.numbers.append(number)
        self._offsets.append(offset)
        self._lengths.append(len(line))

    def read(self, descriptor: int, index: int) -> Node:
        text = os.pread(descriptor, self._lengths[index], self._offsets[index])
        try:
            node: Node = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise StoreAnsweredNonsense("the bulk result isn't the JSONL asked for") from error
        return node


def _number(line: bytes, quote: int) -> int:
    """The number that ends the GID which the quote at that place opens."""
    end = line.index(b'"', quote + 1)
    return int(line[line.rindex(b"/", quote, end) + 1 : end])

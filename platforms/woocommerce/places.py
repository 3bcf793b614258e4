"""Where a longer read stands, as the cursor that resumes it."""

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Place:
    """Where a read stands: in which part, before which offset, after which id.

    `is_anchored` says that the next window has to begin at or before that id.
    """

    part: str = ""
    offset: int = 0
    after: int = 0
    is_anchored: bool = True

    @classmethod
    def read(cls, cursor: str | None) -> "Place":
        """The place that a cursor tells; the beginning for one that tells none."""
        try:
            value: Any = orjson.loads(cursor or "{}")
            part, offset, after = value["part"], value["offset"], value["after"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return cls()
        numbers = all(type(each) is int and 0 <= each < 2**62 for each in (offset, after))
        return cls(part, offset, after) if isinstance(part, str) and numbers else cls()

    def cursor(self) -> str:
        """The place as a cursor."""
        value = {"part": self.part, "offset": self.offset, "after": self.after}
        return orjson.dumps(value).decode()

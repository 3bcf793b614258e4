"""What the registry of personal data says of a place."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

PlaceKind: TypeAlias = Literal[
    "columns", "records", "jobs", "valkey", "files", "logs", "browser", "metrics", "copies"
]


@dataclass(frozen=True, slots=True)
class Place:
    """A place that can hold personal data, or that was looked at and can't.

    `name` is a table, a prefix of Valkey's keys, a file, …; `holds` the columns, job names or
    values in it. `erased_by` is the function that erases a person there, or in words why none has
    to. `data_class` is a class of `data_classes`, which says how long it stays.
    """

    kind: PlaceKind
    name: str
    holds: tuple[str, ...]
    purpose: str
    data_class: str
    erased_by: str
    seen_by: str

    @property
    def is_erased_by_code(self) -> bool:
        """Whether a function erases it, not words why none has to."""
        return (
            self.erased_by.startswith(("integration.", "webhooks.")) and " " not in self.erased_by
        )

    def as_dict(self) -> dict[str, Any]:
        """Its fields."""
        return asdict(self)

"""By which way a batch's news of accounts and orders came."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Origin:
    """`source` is webhook, sync or reconcile; `deliveries` the ids of deliveries by who was told
    of (`account:7001`, `order:1001`).
    """

    source: str
    deliveries: Mapping[str, int] = field(default_factory=dict)

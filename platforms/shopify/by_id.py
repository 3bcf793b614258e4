"""Objects by their ids, as many a call as the shop's costs allow."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platforms.errors import RequestRefused, StoreAnsweredNonsense
from platforms.shopify.answers import CostExceeded, GraphAnswer, Path
from platforms.shopify.paging import PageSize
from platforms.shopify.transport import GraphTransport
from platforms.shopify.withholding import below

Node = dict[str, Any]

# Ten whole orders cost under 1,000 points even if `nodes` is priced by every id.
_AT_FIRST = 5


class NodesById:
    """Reads the nodes that one document selects by their ids."""

    def __init__(
        self, transport: GraphTransport, name: str, kind: str, variables: Mapping[str, Any]
    ) -> None:
        self._transport = transport
        self._name = name
        self._prefix = f"gid://shopify/{kind}/"
        self._variables = variables
        self._page = PageSize(_AT_FIRST)

    @property
    def size(self) -> int:
        """How many the next call asks for at once."""
        return self._page.size

    def pages(self, external_ids: Sequence[str]) -> Iterator[list[tuple[Node, list[Path]]]]:
        """The nodes that still exist, call by call, each with the paths that are withheld of it.

        Raises RequestRefused for one that the shop withholds altogether.
        """
        wanted = [f"{self._prefix}{each}" for each in dict.fromkeys(external_ids)]
        while wanted:
            asked = wanted[: self._page.size]
            try:
                answer = self._transport.execute(self._name, {**self._variables, "ids": asked})
            except CostExceeded:
                if not self._page.shrink():
                    raise
                continue
            if len(asked) == self._page.size:
                self._page.learn(answer)
            yield _standing(answer, len(asked))
            wanted = wanted[len(asked) :]


def _standing(answer: GraphAnswer, asked: int) -> list[tuple[Node, list[Path]]]:
    nodes = answer.data.get("nodes")
    if not isinstance(nodes, list) or len(nodes) != asked:
        raise StoreAnsweredNonsense("the shop answers without the objects that were asked for")
    found = []
    for index, node in enumerate(nodes):
        paths = below(answer.withheld, "nodes", index)
        if node is None and () in paths:
            raise RequestRefused(f"the shop withholds an object: {answer.errors[0]}")
        # An id of another kind, or of an object that is gone, comes back empty.
        if node:
            found.append((node, paths))
    return found

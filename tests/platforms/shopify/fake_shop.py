"""A shop on loopback that answers our documents by name, from what a test tells it."""

from collections.abc import Callable
from typing import Any

from platforms.shopify.reader import ShopifyReader
from tests.platforms.loopback import Asked, LoopbackStore, Said, guarded, said
from tests.platforms.shopify.example import Clock, access, platform
from tests.platforms.shopify.nodes import connection

Answer = Callable[[dict[str, Any]], Any]


class FakeShop:
    """`answers` maps a document's name to data, an answer, a list of them, or a function."""

    def __init__(self, store: LoopbackStore) -> None:
        self.store = store
        self.clock = Clock()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.files: dict[str, Said] = {}
        self.answers: dict[str, Any] = {
            # What the reader asks before a bulk operation: is anything withheld?
            "orders": {"orders": connection([])},
            "customers": {"customers": connection([])},
        }
        store.script = self._serve
        self.reader: ShopifyReader = platform(
            guarded(), self.clock, SHOPIFY_URL_TEMPLATE=store.url_template
        ).reader(access())

    def names(self) -> list[str]:
        """The documents that were asked, in order."""
        return [name for name, _ in self.asked]

    def variables(self, name: str) -> list[dict[str, Any]]:
        """What each call of that document was given."""
        return [given for asked, given in self.asked if asked == name]

    def file(self, body: bytes | Said) -> str:
        """The address of a result on the shop's other host."""
        path = f"/files/{len(self.files)}"
        self.files[path] = body if isinstance(body, Said) else Said(200, body)
        return self.store.origin + path

    def _serve(self, asked: Asked) -> Said:
        if asked.method == "GET":
            assert "x-shopify-access-token" not in asked.headers
            return self.files[asked.path]
        call = asked.json()
        self.asked.append((call["operationName"], call["variables"]))
        answer = self.answers[call["operationName"]]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if callable(answer):
            answer = answer(call["variables"])
        return answer if isinstance(answer, Said) else said({"data": answer})

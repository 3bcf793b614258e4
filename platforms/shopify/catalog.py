"""The shop itself, and the variants that are sold in it."""

from collections.abc import Iterator, Sequence

from platforms.errors import StoreAnsweredNonsense
from platforms.records import StoreRecord, VariantRecord
from platforms.shopify.answers import GraphAnswer
from platforms.shopify.graph import MalformedNode, Node
from platforms.shopify.paging import PageSize, ask_affordably
from platforms.shopify.shops import canonical_shop
from platforms.shopify.transport import GraphTransport
from platforms.shopify.values import moment, number_of, text, variant_title

# `nodes` takes at most 250 ids at once (Shopify, API limits).
_MOST_IDS = 250


class CatalogQueries:
    """Reads a shop and its variants."""

    def __init__(self, transport: GraphTransport, domain: str) -> None:
        self._transport = transport
        self._domain = domain
        self._page = PageSize(50, largest=_MOST_IDS)

    def store(self) -> StoreRecord:
        """The shop. Raises StoreAnsweredNonsense when another one answers."""
        data = self._transport.execute("shop", {}).data
        try:
            shop = data["shop"]
            address = (data.get("businessEntity") or {}).get("address") or {}
            record = StoreRecord(
                external_id=number_of(shop["id"]),
                domain=shop["myshopifyDomain"],
                name=shop["name"],
                url=shop["url"],
                currency=shop["currencyCode"],
                timezone=shop["ianaTimezone"],
                country_code=text(address.get("countryCode")),
                email=text(shop.get("email")),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise StoreAnsweredNonsense("the shop doesn't tell who it is") from error
        if canonical_shop(record.domain) != self._domain:
            raise StoreAnsweredNonsense("another shop than the one asked answers")
        return record

    def variants(self, external_ids: Sequence[str]) -> Iterator[VariantRecord]:
        """The variants that still exist, each once, in the order asked."""
        wanted = [f"gid://shopify/ProductVariant/{each}" for each in dict.fromkeys(external_ids)]
        while wanted:
            answer, asked = self._some(wanted)
            nodes = answer.data.get("nodes")
            if not isinstance(nodes, list):
                raise StoreAnsweredNonsense("the shop answers without the variants")
            # An id of another kind, or of a variant that is gone, comes back empty.
            yield from (variant_record(node) for node in nodes if node)
            wanted = wanted[asked:]

    def _some(self, wanted: Sequence[str]) -> tuple[GraphAnswer, int]:
        asked = 0

        def ask(size: int) -> GraphAnswer:
            nonlocal asked
            asked = min(size, len(wanted))
            return self._transport.execute("variants", {"ids": list(wanted[:asked])})

        return ask_affordably(ask, self._page), asked


def variant_record(node: Node) -> VariantRecord:
    """The variant of a node; its stock is None where the shop doesn't track it."""
    try:
        product = node["product"]
        preview = (product.get("featuredMedia") or {}).get("preview") or {}
        return VariantRecord(
            external_id=number_of(node["id"]),
            product_external_id=number_of(product["id"]),
            product_title=product["title"],
            title=variant_title(node["title"]),
            sku=text(node["sku"]),
            image_url=text((preview.get("image") or {}).get("url")),
            stock=node["inventoryQuantity"] if _is_tracked(node) else None,
            updated_at=moment(node["updatedAt"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedNode(f"a variant that can't be read: {error!r}") from error


def _is_tracked(node: Node) -> bool:
    return bool((node.get("inventoryItem") or {}).get("tracked"))

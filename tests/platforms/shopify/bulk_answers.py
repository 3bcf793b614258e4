"""What a shop answers about bulk operations."""

from typing import Any

from tests.platforms.loopback import Said
from tests.platforms.shopify.fake_shop import FakeShop

GID = "gid://shopify/BulkOperation/77"


def begun(gid: str = GID) -> dict[str, Any]:
    """An operation that the shop began."""
    operation = {"id": gid, "status": "CREATED"}
    return {"bulkOperationRunQuery": {"bulkOperation": operation, "userErrors": []}}


def busy(code: str, message: str) -> dict[str, Any]:
    """A shop without room for another."""
    errors = [{"field": None, "message": message, "code": code}]
    return {"bulkOperationRunQuery": {"bulkOperation": None, "userErrors": errors}}


def operation(status: str, **changed: Any) -> dict[str, Any]:
    """An operation as the shop tells of it."""
    node = {
        "id": GID,
        "status": status,
        "errorCode": None,
        "objectCount": "0",
        "rootObjectCount": "0",
        "query": "",
        "url": None,
        "partialDataUrl": None,
        **changed,
    }
    return {"node": node}


def completed(shop: FakeShop, body: bytes | Said, objects: int, roots: int) -> dict[str, Any]:
    """One that ended, with its file."""
    return operation(
        "COMPLETED", url=shop.file(body), objectCount=str(objects), rootObjectCount=str(roots)
    )

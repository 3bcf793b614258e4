"""Starting and cancelling bulk operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.shopify.bulk.rules import BulkRefused
from simulators.shopify.graphql.context import Context, Fields
from simulators.shopify.graphql.mutations.payload import Payload, done, failed
from simulators.shopify.graphql.nodes import find

if TYPE_CHECKING:
    from simulators.shopify.bulk.operation import BulkRunner


def _runner(c: Context) -> BulkRunner:
    runner: BulkRunner = c.state.resources["bulk"]
    return runner


def _run(_: Any, a: dict[str, Any], c: Context) -> Payload:
    try:
        return done(bulkOperation=_runner(c).start(c, a["query"], bool(a["groupObjects"])))
    except BulkRefused as refusal:
        return {**failed(str(refusal), *refusal.field, code=refusal.code), "bulkOperation": None}


def _cancel(_: Any, a: dict[str, Any], c: Context) -> Payload:
    found = find(c, a["id"], "BulkOperation")
    if found is None:
        return {**failed("Bulk operation does not exist", "id"), "bulkOperation": None}
    if found.status not in ("CREATED", "RUNNING"):
        text = f"A bulk operation cannot be canceled when it is {found.status.lower()}"
        return {**failed(text, "id"), "bulkOperation": found}
    found.status = "CANCELING"
    return done(bulkOperation=found)


MUTATIONS: Fields = {"bulkOperationRunQuery": _run, "bulkOperationCancel": _cancel}

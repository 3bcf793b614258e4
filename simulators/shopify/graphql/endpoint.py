"""`/admin/api/<version>/graphql.json`."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
    parse,
    validate,
)

from simulators.shopify.graphql.bucket import Bucket
from simulators.shopify.graphql.context import Context
from simulators.shopify.graphql.cost import MAXIMUM, Costs
from simulators.shopify.graphql.nodes import type_name
from simulators.shopify.graphql.resolve import resolve_field
from simulators.shopify.graphql.schema import AdminSchema, load, served
from simulators.shopify.hosts import shop_of_request
from simulators.shopify.model.shop import Shop
from simulators.shopify.oauth.tokens import check
from simulators.shopify.state import State

_READING = frozenset({"bulkOperationRunQuery", "bulkOperationCancel"})

LIMITS = "https://shopify.dev/api/usage/rate-limits"
_parsing = threading.Lock()
_parsed: OrderedDict[tuple[str, str], tuple[DocumentNode | None, list[GraphQLError]]] = (
    OrderedDict()
)


def bucket_of(state: State, shop: Shop) -> Bucket:
    """The bucket of the app on that shop."""
    buckets: dict[str, Bucket] = state.resources.setdefault("buckets", {})
    return buckets.setdefault(shop.domain, Bucket(shop.bucket_size, shop.restore_rate))


def _json(body: Any, status: int, version: str | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = Response(text, status, content_type="application/json; charset=utf-8")
    if version:
        answer.headers["X-Shopify-API-Version"] = version
    return answer


def _document(admin: AdminSchema, query: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """The parsed and validated document; the last few hundred are kept."""
    key = (admin.version, query)
    with _parsing:
        held = _parsed.get(key)
        if held is None:
            try:
                document = parse(query)
                held = (document, validate(admin.schema, document))
            except GraphQLError as error:
                held = (None, [error])
            _parsed[key] = held
            if len(_parsed) > 300:
                _parsed.popitem(last=False)
    return held


def _error(message: str, code: str, **extra: Any) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code, **extra}}


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name:
        found = [d for d in found if d.name and d.name.value == name]
    return found[0] if len(found) == 1 else None


def _key(operation: OperationDefinitionNode, variables: dict[str, Any]) -> str | None:
    """The key of `@idempotent(key:)`."""
    for node in operation.selection_set.selections:
        for directive in (node.directives or ()) if isinstance(node, FieldNode) else ():
            if directive.name.value == "idempotent" and directive.arguments:
                value = directive.arguments[0].value
                literal = getattr(value, "value", None)
                name = getattr(getattr(value, "name", None), "value", None)
                return str(literal if literal is not None else variables.get(str(name)))
    return None


class _Request:
    def __init__(self, state: State, c: Context, asked: dict[str, Any]) -> None:
        self.state, self.c = state, c
        self.query = str(asked.get("query") or "")
        variables = asked.get("variables")
        self.variables: dict[str, Any] = variables if isinstance(variables, dict) else {}
        self.name = asked.get("operationName")
        self.bucket = bucket_of(state, c.shop)

    def answer(self) -> dict[str, Any]:
        document, problems = _document(self.c.admin, self.query)
        if document is None or problems:
            return {"errors": [p.formatted for p in problems]}
        operation = _operation(document, self.name)
        if operation is None:
            return {"errors": [{"message": "An operation name is required"}]}
        linear = self.c.shop.switches.linear_costs
        costs = Costs(self.c.admin.schema, document, self.variables, linear)
        requested = costs.requested(operation)
        if requested > MAXIMUM:
            text = f"Query cost is {requested}, which exceeds the single query max cost limit"
            problem = _error(
                f"{text} ({MAXIMUM}).", "MAX_COST_EXCEEDED", cost=requested, maxCost=MAXIMUM,
                documentation=LIMITS,
            )  # fmt: skip
            return {"errors": [problem]}
        if not self.bucket.take(requested):
            problem = _error("Throttled", "THROTTLED", documentation=LIMITS)
            return {"errors": [problem], "extensions": self.extensions(requested, None)}
        result = self.run(document, operation)
        spent = costs.actual(operation, result.data)
        self.bucket.give_back(max(0, requested - spent))
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [problem.formatted for problem in result.errors]
        body["extensions"] = self.extensions(requested, spent)
        return body

    def run(self, document: DocumentNode, operation: OperationDefinitionNode) -> ExecutionResult:
        self.c.idempotency_key = _key(operation, self.variables)
        with self.state.action():
            if operation.operation is OperationType.MUTATION and not _only_reads(operation):
                self.c.shop.version += 1
            result = execute(
                self.c.admin.schema,
                document,
                context_value=self.c,
                variable_values=self.variables,
                operation_name=self.name,
                field_resolver=resolve_field,
                type_resolver=lambda value, info, kind: type_name(value),
            )
        assert isinstance(result, ExecutionResult)
        return result

    def extensions(self, requested: int, actual: int | None) -> dict[str, Any]:
        cost = {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": self.bucket.status(),
        }
        if self.c.warnings:
            return {"cost": cost, "search": self.c.warnings}
        return {"cost": cost}


def _asked() -> dict[str, Any] | None:
    if request.mimetype == "application/graphql":
        return {"query": request.get_data(as_text=True)}
    body = request.get_json(silent=True, force=True)
    return body if isinstance(body, dict) else None


def _graphql(state: State, version: str) -> ResponseReturnValue:
    shop = shop_of_request(state)
    chosen = served(version)
    if chosen is None:
        return _json({"errors": "Not Found"}, 404)
    found = check(state, shop, request.headers.get("X-Shopify-Access-Token", ""))
    if found is None:
        text = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return _json({"errors": text}, 401)
    asked = _asked()
    if asked is None:
        abort(400)
    c = Context(state, shop, found[0], found[1], load(chosen), state.clock.now())
    return _json(_Request(state, c, asked).answer(), 200, chosen)


def register(made: Blueprint, state: State) -> None:
    for start in ("", "/<shop>"):
        made.add_url_rule(
            f"{start}/admin/api/<version>/graphql.json", f"graphql{len(start)}",
            lambda version, shop="": _graphql(state, version), methods=["POST"],
        )  # fmt: skip


def _only_reads(operation: OperationDefinitionNode) -> bool:
    """Whether a mutation changes nothing of the shop: a bulk query is begun or ended."""
    fields = operation.selection_set.selections
    return all(isinstance(one, FieldNode) and one.name.value in _READING for one in fields)

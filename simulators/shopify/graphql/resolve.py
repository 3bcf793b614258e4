"""One way to read a field, for executed queries and for bulk operations alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
    is_non_null_type,
)

from simulators.shopify.graphql.context import Context, Fields, Resolver
from simulators.shopify.graphql.fields import (
    catalog,
    customers,
    lines,
    money,
    orders,
    parcels,
    payments,
    shop,
)
from simulators.shopify.graphql.listing import EMPTY, Listing, Page, paginate
from simulators.shopify.graphql.mutations import MUTATION
from simulators.shopify.graphql.queries import QUERY
from simulators.shopify.graphql.schema import scopes_for

TABLES: dict[str, Fields] = {
    "QueryRoot": QUERY,
    "Mutation": MUTATION,
    **money.TABLES,
    **lines.TABLES,
    **payments.TABLES,
    **parcels.TABLES,
    **orders.TABLES,
    **customers.TABLES,
    **catalog.TABLES,
    **shop.TABLES,
}
_CONNECTION: Fields = {
    "edges": lambda p, _, c: p.edges,
    "nodes": lambda p, _, c: [edge.node for edge in p.edges],
    "pageInfo": lambda p, _, c: p.info,
}
_EDGE: Fields = {"node": lambda e, _, c: e.node, "cursor": lambda e, _, c: e.cursor}
_PAGE_INFO: Fields = {
    "hasNextPage": lambda i, _, c: i.has_next,
    "hasPreviousPage": lambda i, _, c: i.has_previous,
    "startCursor": lambda i, _, c: i.start,
    "endCursor": lambda i, _, c: i.end,
}
_PLAIN: dict[str, Any] = {"Boolean": False, "Int": 0, "Float": 0.0, "String": ""}
PROTECTED_DOCS = "https://shopify.dev/docs/apps/launch/protected-customer-data"


@dataclass(frozen=True, slots=True)
class Plan:
    """How one field of one type is read."""

    read: Resolver
    denied: str | None
    """Why the app may not read it; None when it may."""
    extensions: dict[str, Any] | None = None
    connection: bool = False


def _fallback(definition: GraphQLField) -> Resolver:
    """What a field gives that the stand-in has no data for: null, or an empty value."""
    kind = definition.type
    if not is_non_null_type(kind):
        return lambda x, a, c: None
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(inner, GraphQLList):
        return lambda x, a, c: []
    name = get_named_type(inner).name
    if name.endswith("Connection"):
        return lambda x, a, c: Listing([])
    value = _PLAIN.get(name)
    return lambda x, a, c: value


def _from_dictionary(name: str, otherwise: Resolver) -> Resolver:
    def read(source: Any, arguments: dict[str, Any], c: Context) -> Any:
        if isinstance(source, dict) and name in source:
            return source[name]
        return otherwise(source, arguments, c)

    return read


def _reader(parent: GraphQLObjectType, name: str) -> Resolver:
    table = TABLES.get(parent.name)
    if table is None:
        if parent.name.endswith("Connection"):
            table = _CONNECTION
        elif parent.name.endswith("Edge"):
            table = _EDGE
        elif parent.name == "PageInfo":
            table = _PAGE_INFO
    found = (table or {}).get(name)
    return found or _from_dictionary(name, _fallback(parent.fields[name]))


def _denial(c: Context, parent: str, name: str, result: str) -> tuple[str, dict[str, Any]] | None:
    scopes = scopes_for(c.admin, parent, name)
    if not c.granted(scopes):
        access = c.admin.required_access.get((parent, name)) or c.admin.required_access.get(
            (result, ""), ", ".join(f"`{scope}`" for scope in scopes)
        )
        text = f"Access denied for {name} field. Required access: {access}"
        return text, {
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": access,
        }
    protected = c.shop.switches.protected
    code = {"code": "ACCESS_DENIED", "documentation": PROTECTED_DOCS}
    if result in protected:
        text = f"This app is not approved to access the {result} object. See {PROTECTED_DOCS} for"
        return f"{text} more details.", code
    if f"{parent}.{name}" in protected:
        text = f"This app is not approved to use the {name} field. See {PROTECTED_DOCS} for"
        return f"{text} more details.", code
    return None


def plan(c: Context, parent: GraphQLObjectType, name: str) -> Plan:
    """The plan for a field, made once a request."""
    key = (parent.name, name)
    held: Plan | None = c._plans.get(key)
    if held is None:
        definition = parent.fields[name]
        result = get_named_type(definition.type).name
        connection = result.endswith("Connection")
        node = result.removesuffix("Connection") if connection else result
        denial = _denial(c, parent.name, name, node)
        held = Plan(
            _reader(parent, name),
            denial[0] if denial else None,
            denial[1] if denial else None,
            connection,
        )
        c._plans[key] = held
    return held


def resolve_field(source: Any, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
    """graphql-core's default resolver."""
    c: Context = info.context
    found = plan(c, info.parent_type, info.field_name)
    if found.denied is not None:
        raise GraphQLError(found.denied, extensions=found.extensions)
    value = found.read(source, arguments, c)
    if found.connection:
        if isinstance(value, Listing):
            return paginate(value, arguments)
        return EMPTY if value is None else value
    if type(value) is list and arguments.get("first") is not None:
        return value[: arguments["first"]]
    return value


TypeOf = Callable[[Any], str | None]
__all__ = ["Page", "Plan", "plan", "resolve_field"]

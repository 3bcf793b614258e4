"""Every GraphQL document against every schema version that we hold, and against our scopes."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    InlineFragmentNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    get_named_type,
    parse,
    specified_rules,
    strip_ignored_characters,
    validate,
    visit,
)
from graphql.validation import NoDeprecatedCustomRule

import platforms.shopify
from platforms.shopify.config import DEFAULT_API_VERSION, DEFAULT_SCOPES
from platforms.shopify.documents import document, operation_names
from platforms.shopify.scopes import missing_scopes

ROOT = Path(__file__).parents[3]
SCHEMAS = {
    path.name.removeprefix("admin_").removesuffix(".json.gz"): path
    for path in sorted((ROOT / "simulators" / "shopify" / "schema").glob("admin_*.json.gz"))
}

# Shopify takes the query of a bulk operation as text of its own.
_BULK = ("bulk_customer_marks", "bulk_customers", "bulk_order_marks", "bulk_orders")


@cache
def _shipped(version: str) -> dict[str, Any]:
    with gzip.open(SCHEMAS[version]) as file:
        value: dict[str, Any] = json.load(file)
    return value


@cache
def _schema(version: str) -> GraphQLSchema:
    return build_client_schema(_shipped(version)["data"], assume_valid=True)


def test_the_schemas_hold_the_version_that_we_speak() -> None:
    assert DEFAULT_API_VERSION in SCHEMAS
    assert len(SCHEMAS) >= 5


@pytest.mark.parametrize("version", SCHEMAS)
@pytest.mark.parametrize("name", operation_names())
def test_a_document_is_valid_and_uses_nothing_deprecated(name: str, version: str) -> None:
    rules = [*specified_rules, NoDeprecatedCustomRule]
    assert validate(_schema(version), parse(document(name)), rules) == []


def test_the_test_would_see_a_deprecated_field() -> None:
    old = parse("query old { customers(first: 1) { nodes { email } } }")
    rules = [*specified_rules, NoDeprecatedCustomRule]
    assert validate(_schema(DEFAULT_API_VERSION), old, rules) != []


@pytest.mark.parametrize("name", operation_names())
def test_an_operation_has_the_name_of_its_file(name: str) -> None:
    (operation,) = [
        each for each in parse(document(name)).definitions if each.kind == "operation_definition"
    ]
    assert operation.name is not None  # type: ignore[attr-defined]
    assert operation.name.value == name  # type: ignore[attr-defined]


def test_no_document_hides_in_the_code() -> None:
    folder = Path(platforms.shopify.__file__ or "").parent
    for path in folder.glob("*.py"):
        text = path.read_text()
        assert "shopMoney {" not in text, path.name
        assert "userErrors {" not in text, path.name
        assert "pageInfo {" not in text, path.name


class _Needs(Visitor):
    """The scopes that each field and type asks for; one of each group is enough."""

    def __init__(self, info: TypeInfo, version: str) -> None:
        super().__init__()
        self.info = info
        self.groups: set[tuple[str, frozenset[str]]] = set()
        self.by_field = {
            (item["typeName"], item.get("fieldName")): frozenset(item["offlineScopes"])
            for item in _shipped(version)["offline_scopes"]["items"]
        }

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, returned = self.info.get_parent_type(), self.info.get_type()
        if parent is not None and returned is not None:
            self._need(parent.name, node.name.value)
            self._need(get_named_type(returned).name, None)

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: object) -> None:
        if node.type_condition is not None:
            self._need(node.type_condition.name.value, None)

    def _need(self, type_name: str, field_name: str | None) -> None:
        scopes = self.by_field.get((type_name, field_name))
        if scopes:
            self.groups.add((f"{type_name}.{field_name}", scopes))


def _needs(name: str, version: str) -> set[tuple[str, frozenset[str]]]:
    info = TypeInfo(_schema(version))
    visitor = _Needs(info, version)
    visit(parse(document(name)), TypeInfoVisitor(info, visitor))
    return visitor.groups


@pytest.mark.parametrize("name", operation_names())
def test_our_scopes_suffice(name: str) -> None:
    for place, scopes in _needs(name, DEFAULT_API_VERSION):
        held = [scope for scope in scopes if not missing_scopes(DEFAULT_SCOPES, [scope])]
        assert held, f"{place} needs one of {sorted(scopes)}"


def test_the_scope_check_sees_what_orders_need() -> None:
    groups = {place for place, _ in _needs("orders", DEFAULT_API_VERSION)}
    assert {"Order.None", "Customer.None", "ProductVariant.None"} <= groups


def _connections(parsed: DocumentNode) -> Iterator[tuple[int, str]]:
    """Each connection of a document with how deep it nests in others."""

    def walk(node: Any, depth: int) -> Iterator[tuple[int, str]]:
        for field in node.selection_set.selections if node.selection_set else ():
            names = (
                [each.name.value for each in field.selection_set.selections]
                if field.selection_set
                else []
            )
            inner = depth + ("edges" in names)
            if "edges" in names:
                yield inner, field.name.value
            yield from walk(field, inner)

    for definition in parsed.definitions:
        yield from walk(definition, 0)


@pytest.mark.parametrize("name", _BULK)
def test_a_bulk_document_keeps_shopifys_limits(name: str) -> None:
    """At most 5 connections, nested 2 deep, each node with its id, and no fragments."""
    parsed = parse(document(name))
    found = list(_connections(parsed))
    assert 1 <= len(found) <= 5
    assert max(depth for depth, _ in found) <= 2
    assert len(parsed.definitions) == 1
    assert document(name).count("node {") == len(found)


def _without_lines(text: str) -> str:
    return text.split("lineItems", 1)[0]


@pytest.mark.parametrize(
    ("bulk", "fragments"),
    [("bulk_orders", ("OrderFields", "LineFields")), ("bulk_customers", ("CustomerFields",))],
)
def test_a_bulk_document_selects_what_the_query_selects(
    bulk: str, fragments: tuple[str, ...]
) -> None:
    """Bulk documents stand without fragments; what they ask for must not drift from the others."""
    asked = strip_ignored_characters(document(bulk))
    for fragment in fragments:
        for field in _leaves(document(fragment)):
            assert field in _leaves(document(bulk)), field
    assert "..." not in asked


@cache
def _leaves(text: str) -> frozenset[str]:
    """Paths of the scalar fields below an order, line or customer, fragments resolved."""
    parsed = parse(text)
    fragments = {d.name.value: d for d in parsed.definitions if d.kind == "fragment_definition"}  # type: ignore[attr-defined]
    roots = list(fragments.values())[:1] or list(parsed.definitions)

    def walk(node: Any, path: str) -> Iterator[str]:
        for selection in node.selection_set.selections:
            if selection.kind == "fragment_spread":
                yield from walk(fragments[selection.name.value], path)
            elif selection.name.value in ("edges", "node", "orders", "customers", "lineItems"):
                yield from walk(selection, "" if selection.name.value != "edges" else path)
            elif selection.selection_set:
                yield from walk(selection, f"{path}{selection.name.value}.")
            else:
                yield f"{path}{selection.name.value}"

    return frozenset(leaf for root in roots for leaf in walk(root, ""))

"""Writing nodes fast: a selection set is compiled once, then run over every object.

The same readers answer here as in executed queries, so both give the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_argument_values,
    get_named_type,
    is_abstract_type,
)

from simulators.shopify.graphql.context import Context
from simulators.shopify.graphql.listing import Listing
from simulators.shopify.graphql.nodes import type_name
from simulators.shopify.graphql.resolve import plan

Read = Callable[[Any], Any]
Json = dict[str, Any]


class AccessLost(Exception):
    """The app lacks a scope for a field of the query."""


@dataclass(slots=True)
class Writer:
    """Fields of one concrete type."""

    scalars: list[tuple[str, Read]] = field(default_factory=list)
    objects: list[tuple[str, Read, Chooser]] = field(default_factory=list)
    connections: list[tuple[Read, Chooser]] = field(default_factory=list)

    def fill(self, source: Any, made: Json, parent: str, out: list[Json]) -> None:
        """Write the object's fields into `made`, and the nodes of its connections to `out`."""
        for key, read in self.scalars:
            made[key] = read(source)
        own = made.get("id", parent)
        for key, read, choose in self.objects:
            value = read(source)
            if isinstance(value, list):
                made[key] = [choose.write(one, own, out) for one in value]
            else:
                made[key] = None if value is None else choose.write(value, own, out)
        for read, choose in self.connections:
            listing = read(source)
            for node in listing.items if listing is not None else ():
                child = choose.write(node, own, out)
                child["__parentId"] = own
                out.append(child)


@dataclass(slots=True)
class Chooser:
    """Picks the writer of an object's concrete type; scalars of lists pass through."""

    compiler: Compiler
    kind: Any
    selections: SelectionSetNode | None
    fixed: Writer | None = None
    writers: dict[str, Writer] = field(default_factory=dict)

    def write(self, source: Any, parent: str, out: list[Json]) -> Json:
        made: Json = {}
        writer = self.fixed
        if writer is None:
            name = type_name(source) or ""
            writer = self.writers.get(name)
            if writer is None:
                kind = self.compiler.schema.type_map[name]
                writer = self.compiler.writer(kind, self.selections)
                self.writers[name] = writer
        writer.fill(source, made, parent, out)
        return made


class Compiler:
    """Turns selection sets of a checked document into writers, for one request's context."""

    def __init__(self, c: Context, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.c = c
        self.schema: GraphQLSchema = c.admin.schema
        self.fragments = fragments

    def chooser(self, kind: Any, selections: SelectionSetNode | None) -> Chooser:
        made = Chooser(self, kind, selections)
        if not is_abstract_type(kind):
            made.fixed = self.writer(kind, selections)
        return made

    def writer(self, kind: Any, selections: SelectionSetNode | None) -> Writer:
        made = Writer()
        for node in self.fields(kind, selections):
            self.add(made, kind, node)
        return made

    def fields(self, kind: Any, selections: SelectionSetNode | None) -> Iterable[FieldNode]:
        """The selection's fields that hold for this concrete type."""
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                yield node
                continue
            if isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                wanted, inner = fragment.type_condition.name.value, fragment.selection_set
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                wanted = condition.name.value if condition else kind.name
                inner = node.selection_set
            else:
                continue
            if wanted == kind.name or self.implements(kind, wanted):
                yield from self.fields(kind, inner)

    def implements(self, kind: Any, wanted: str) -> bool:
        other = self.schema.type_map[wanted]
        return is_abstract_type(other) and self.schema.is_sub_type(other, kind)

    def reader(self, kind: GraphQLObjectType, node: FieldNode) -> Read:
        found = plan(self.c, kind, node.name.value)
        if found.denied is not None:
            if found.denied.startswith("Access denied"):
                raise AccessLost(found.denied)
            return lambda source: None
        arguments = get_argument_values(kind.fields[node.name.value], node, None)
        c, read, first = self.c, found.read, arguments.get("first")
        if first is not None and not found.connection:
            return lambda source: _cut(read(source, arguments, c), first)
        return lambda source: read(source, arguments, c)

    def add(self, made: Writer, kind: GraphQLObjectType, node: FieldNode) -> None:
        key = node.alias.value if node.alias else node.name.value
        if node.name.value == "__typename":
            made.scalars.append((key, lambda source: kind.name))
            return
        read = self.reader(kind, node)
        result = get_named_type(kind.fields[node.name.value].type)
        if node.selection_set is None:
            made.scalars.append((key, read))
        elif result.name.endswith("Connection"):
            inner, selections = self.node_of(result, node)
            made.connections.append((read, self.chooser(inner, selections)))
        else:
            made.objects.append((key, read, self.chooser(result, node.selection_set)))

    def node_of(self, connection: Any, node: FieldNode) -> tuple[Any, SelectionSetNode | None]:
        """Type and selections of a connection's nodes, under `nodes` or `edges { node }`."""
        for child in self.fields(connection, node.selection_set):
            if child.name.value == "nodes":
                return get_named_type(connection.fields["nodes"].type), child.selection_set
            if child.name.value == "edges":
                edge = get_named_type(connection.fields["edges"].type)
                for inner in self.fields(edge, child.selection_set):
                    if inner.name.value == "node":
                        return get_named_type(edge.fields["node"].type), inner.selection_set
        return get_named_type(connection.fields["nodes"].type), None


def _cut(value: Any, first: int) -> Any:
    return value[:first] if isinstance(value, list) else value


def root(c: Context, compiler: Compiler, node: FieldNode) -> tuple[Listing, Chooser]:
    """The root connection's objects and how to write one. Raises `AccessLost`."""
    query = c.admin.schema.query_type
    assert query is not None
    read = compiler.reader(query, node)
    result = get_named_type(query.fields[node.name.value].type)
    value = read(None)
    if result.name.endswith("Connection"):
        inner, selections = compiler.node_of(result, node)
        return value, compiler.chooser(inner, selections)
    return Listing([] if value is None else [value]), compiler.chooser(result, node.selection_set)

"""What a bulk query may be: at least one connection, at most five, two deep, none in a list."""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    parse,
    validate,
)

MAX_CONNECTIONS = 5
MAX_DEPTH = 2


class BulkRefused(Exception):
    """A bulk query that is not run, with the platform's code."""

    def __init__(self, message: str, code: str = "INVALID", *field: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field or ("query",)


class _Walk:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self.schema = schema
        self.fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        self.connections = 0

    def visit(
        self, parent: Any, selections: SelectionSetNode | None, depth: int, in_list: bool
    ) -> None:
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                self.field(parent, node, depth, in_list)
            elif isinstance(node, InlineFragmentNode):
                kind = node.type_condition
                inner = self.schema.type_map[kind.name.value] if kind else parent
                self.visit(inner, node.selection_set, depth, in_list)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                inner = self.schema.type_map[fragment.type_condition.name.value]
                self.visit(inner, fragment.selection_set, depth, in_list)

    def field(self, parent: Any, node: FieldNode, depth: int, in_list: bool) -> None:
        definition = getattr(parent, "fields", {}).get(node.name.value)
        if definition is None or node.selection_set is None:
            return
        kind = get_named_type(definition.type)
        if kind.name.endswith("Connection"):
            self.connection(kind, node, depth, in_list)
            return
        outer = definition.type
        plain = outer.of_type if isinstance(outer, GraphQLNonNull) else outer
        listed = in_list or isinstance(plain, GraphQLList)
        self.visit(kind, node.selection_set, depth, listed)

    def connection(self, kind: Any, node: FieldNode, depth: int, in_list: bool) -> None:
        self.connections += 1
        if in_list:
            raise BulkRefused("Bulk queries cannot contain a connection field within a list field.")
        if depth >= MAX_DEPTH:
            raise BulkRefused(
                "Bulk queries cannot contain connections with a nesting depth greater than 2."
            )
        for child in node.selection_set.selections if node.selection_set else ():
            if not isinstance(child, FieldNode):
                continue
            inner = get_named_type(kind.fields[child.name.value].type)
            if child.name.value == "nodes":
                self.check_id(child)
                self.visit(inner, child.selection_set, depth + 1, False)
            elif child.name.value == "edges":
                self.edges(inner, child, depth)

    def edges(self, edge: Any, node: FieldNode, depth: int) -> None:
        for child in node.selection_set.selections if node.selection_set else ():
            if isinstance(child, FieldNode) and child.name.value == "node":
                self.check_id(child)
                inner = get_named_type(edge.fields["node"].type)
                self.visit(inner, child.selection_set, depth + 1, False)

    def check_id(self, node: FieldNode) -> None:
        """A node that holds connections must select its id, so that children can name it."""
        names = self.names(node.selection_set)
        if "id" not in names and self.holds_connection(node.selection_set):
            raise BulkRefused(
                "The parent 'node' field for a nested connection must select the 'id' field "
                "without an alias and must be of type 'ID!'."
            )

    def names(self, selections: SelectionSetNode | None) -> set[str]:
        found: set[str] = set()
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                found.add(node.name.value)
            elif isinstance(node, FragmentSpreadNode):
                found |= self.names(self.fragments[node.name.value].selection_set)
            elif isinstance(node, InlineFragmentNode):
                found |= self.names(node.selection_set)
        return found

    def holds_connection(self, selections: SelectionSetNode | None) -> bool:
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode) and node.selection_set is not None:
                inner = self.names(node.selection_set)
                if inner & {"edges", "nodes"}:
                    return True
        return False


def check(schema: GraphQLSchema, query: str) -> DocumentNode:
    """The parsed query; raises `BulkRefused` with the platform's sentence."""
    try:
        document = parse(query)
    except GraphQLError as error:
        raise BulkRefused(f"Invalid bulk query: {error.message}") from None
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        raise BulkRefused("Bulk queries must contain exactly one query operation.")
    problems = validate(schema, document)
    if problems:
        raise BulkRefused(f"Invalid bulk query: {problems[0].message}")
    if len(operations[0].selection_set.selections) != 1:
        raise BulkRefused("Bulk queries must have exactly one top-level field.")
    walk = _Walk(schema, document)
    walk.visit(schema.query_type, operations[0].selection_set, 0, False)
    if not walk.connections:
        raise BulkRefused("Bulk queries must contain at least one connection.")
    if walk.connections > MAX_CONNECTIONS:
        raise BulkRefused("Bulk queries cannot contain more than 5 connections.")
    return document

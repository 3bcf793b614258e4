"""What a query costs: objects 1, connections by their size, mutations 10, scalars nothing.

The platform documents connections as "sized by first and last" without a formula. Queries seen
elsewhere fit 2 + ceil(log2(size)) times the cost of a node; the older, documented rule
(2 + size times the node) is the switch `linear_costs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, log2
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

MUTATION = 10
MAXIMUM = 1000


@dataclass
class Costs:
    """Prices a parsed operation with its variables."""

    schema: GraphQLSchema
    document: DocumentNode
    variables: Mapping[str, Any]
    linear: bool = False

    def __post_init__(self) -> None:
        self.fragments = {
            d.name.value: d
            for d in self.document.definitions
            if isinstance(d, FragmentDefinitionNode)
        }

    def weight(self, size: int) -> int:
        """How many nodes a connection of that size counts as."""
        if self.linear or size < 2:
            return size
        return ceil(log2(size))

    def requested(self, operation: OperationDefinitionNode) -> int:
        """The cost before execution."""
        root = self._root(operation)
        total = sum(
            self._field(root, node) for _, node in self._fields(root, operation.selection_set)
        )
        return total + (MUTATION if operation.operation.value == "mutation" else 0)

    def actual(self, operation: OperationDefinitionNode, data: Any) -> int:
        """The cost of what came back."""
        root = self._root(operation)
        total = self._spent(root, operation.selection_set, data)
        return total + (MUTATION if operation.operation.value == "mutation" else 0)

    def _root(self, operation: OperationDefinitionNode) -> Any:
        if operation.operation.value == "mutation":
            return self.schema.mutation_type
        return self.schema.query_type

    def _fields(
        self, parent: Any, selections: SelectionSetNode | None
    ) -> Iterator[tuple[Any, FieldNode]]:
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                yield parent, node
            elif isinstance(node, InlineFragmentNode):
                kind = node.type_condition
                inner = self.schema.type_map[kind.name.value] if kind else parent
                yield from self._fields(inner, node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                inner = self.schema.type_map[fragment.type_condition.name.value]
                yield from self._fields(inner, fragment.selection_set)

    def _type(self, parent: Any, node: FieldNode) -> Any:
        definition = getattr(parent, "fields", {}).get(node.name.value)
        return get_named_type(definition.type) if definition else None

    def _size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                value = argument.value
                if isinstance(value, IntValueNode):
                    return int(value.value)
                if isinstance(value, VariableNode):
                    return int(self.variables.get(value.name.value) or 0)
        return 1

    def _children(self, kind: Any, node: FieldNode) -> int:
        return sum(self._field(p, n) for p, n in self._fields(kind, node.selection_set))

    def _field(self, parent: Any, node: FieldNode) -> int:
        kind = self._type(parent, node)
        if kind is None or not is_composite_type(kind):
            return 0
        if kind.name.endswith("Connection"):
            return 2 + self.weight(self._size(node)) * self._nodes(kind, node)
        return 1 + self._children(kind, node)

    def _nodes(self, connection: Any, node: FieldNode) -> int:
        """The cost of one node of a connection; edges, cursors and page info are free."""
        cost = 0
        for parent, child in self._fields(connection, node.selection_set):
            if child.name.value == "nodes":
                cost = max(cost, self._field(parent, child))
            elif child.name.value == "edges":
                edge = self._type(parent, child)
                cost = max(cost, self._children(edge, child))
        return cost

    def _spent(self, parent: Any, selections: SelectionSetNode | None, data: Any) -> int:
        if not isinstance(data, dict):
            return 0
        total = 0
        for owner, node in self._fields(parent, selections):
            key = node.alias.value if node.alias else node.name.value
            value = data.get(key)
            kind = self._type(owner, node)
            if value is not None and kind is not None and is_composite_type(kind):
                total += self._value(kind, node, value)
        return total

    def _value(self, kind: Any, node: FieldNode, value: Any) -> int:
        if kind.name.endswith("Connection"):
            return self._page(kind, node, value)
        values = value if isinstance(value, list) else [value]
        if not values:
            return 1
        costs = [self._spent(kind, node.selection_set, one) for one in values]
        return 1 + max(costs)

    def _page(self, connection: Any, node: FieldNode, value: Any) -> int:
        whole, count = 0, 0
        for parent, child in self._fields(connection, node.selection_set):
            name = child.name.value
            items = value.get(child.alias.value if child.alias else name)
            if name not in ("nodes", "edges") or not items:
                continue
            kind = self._type(parent, child)
            extra = 1 if name == "nodes" else 0
            whole = sum(self._spent(kind, child.selection_set, one) + extra for one in items)
            count = len(items)
        return 2 + (round(self.weight(count) * whole / count) if count else 0)

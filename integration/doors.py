"""What a door or capability registers when it is loaded: routes, jobs, commands, applications."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import click
from flask import Blueprint

from integration.jobs import JobDefinition

if TYPE_CHECKING:
    from integration.services import Services

AsgiApp: TypeAlias = Callable[..., Any]


class RsgiApp(Protocol):
    """What answers over granian's own interface."""

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Serve one request."""
        ...


Mounted: TypeAlias = AsgiApp | RsgiApp


@dataclass(slots=True)
class House:
    """Everything that was registered, by its parts.

    `mounted` maps a path prefix to what makes the application that serves it in front of Flask:
    deliveries over RSGI, live streams over ASGI. `machines` are the prefixes of those which a
    process for people only leaves to its neighbour. `large` are the paths that take a body of more
    than the usual size, and of how many bytes.
    """

    blueprints: list[Blueprint] = field(default_factory=list)
    jobs: dict[str, JobDefinition] = field(default_factory=dict)
    commands: list[click.Command] = field(default_factory=list)
    mounted: "dict[str, Callable[[Services], Mounted]]" = field(default_factory=dict)
    machines: set[str] = field(default_factory=set)
    large: dict[str, int] = field(default_factory=dict)

    def add_job(self, definition: JobDefinition) -> None:
        """Register a job. Raises ValueError for a name that is taken."""
        if definition.name in self.jobs:
            raise ValueError(f"two jobs are named {definition.name}")
        self.jobs[definition.name] = definition

"""What a door or capability registers when it is loaded: routes, jobs, commands, applications."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import click
from flask import Blueprint

from integration.jobs import JobDefinition

if TYPE_CHECKING:
    from integration.services import Services

AsgiApp: TypeAlias = Callable[..., Any]
AsgiFactory: TypeAlias = "Callable[[Services], AsgiApp]"


@dataclass(slots=True)
class House:
    """Everything that was registered, by its parts.

    `asgi` maps a path prefix to what serves it in front of Flask (deliveries, live streams).
    """

    blueprints: list[Blueprint] = field(default_factory=list)
    jobs: dict[str, JobDefinition] = field(default_factory=dict)
    commands: list[click.Command] = field(default_factory=list)
    asgi: dict[str, AsgiFactory] = field(default_factory=dict)

    def add_job(self, definition: JobDefinition) -> None:
        """Register a job. Raises ValueError for a name that is taken."""
        if definition.name in self.jobs:
            raise ValueError(f"two jobs are named {definition.name}")
        self.jobs[definition.name] = definition

"""What commands share: the services, stores by name, and how they print."""

import functools
import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click
from sqlalchemy import or_, select

from integration.app import build_services
from integration.errors import NotFound
from integration.models import Store
from integration.processes.kept import kept_environment
from integration.services import Services
from integration.setting_files import Environment
from integration.settings import load
from integration.store_names import addresses_meant, names_meant

F = TypeVar("F", bound=Callable[..., Any])


def environment() -> Environment:
    """The environment, completed by the files that it names and by what DATA_DIR keeps."""
    return kept_environment(os.environ)


def services_of(context: click.Context) -> Services:
    """The services of this command, built when they are first asked for."""
    root = context.find_root()
    if not isinstance(root.obj, Services):
        values = environment()
        root.obj = build_services(load(values), values)
    return root.obj


def with_services(command: F) -> F:
    """Hand the command its services as the first argument."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        return command(services_of(click.get_current_context()), *arguments, **options)

    return wrapped  # type: ignore[return-value]


def as_json(command: F) -> F:
    """The option `--json` of reading commands."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def find_store(services: Services, name: str) -> Store:
    """The store of that domain, site URL or id. Raises NotFound with a sentence."""
    wanted = name.strip()
    match = or_(Store.domain.in_(names_meant(wanted)), Store.url.in_(addresses_meant(wanted)))
    if wanted.isascii() and wanted.isdigit():
        match = or_(match, Store.id == int(wanted))
    with services.db.across_workspaces() as session:
        found = session.execute(select(Store).where(match)).scalars().all()
    exactly = [store for store in found if store.domain == wanted] or found
    if len(exactly) != 1:
        raise NotFound(f"There is no store {name!r}; `tillside stores list` names them.")
    return exactly[0]


def print_json(value: object) -> None:
    """Print JSON for machines; times are ISO 8601 in UTC."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)

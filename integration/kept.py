"""What one machine keeps for itself in DATA_DIR: keys that nobody gave, where Valkey listens.

So that `tillside up` needs neither a key nor a database server, and a command that is run beside it
finds the same ones.
"""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from integration.crypto import new_key_text

_FILE = "kept.json"


def kept_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, completed by what DATA_DIR keeps; what is set already stands."""
    kept = _read(_path(environment))
    given = {name: value for name, value in environment.items() if value}
    return {**kept, **given}


def make_keys(environment: Mapping[str, str]) -> None:
    """Make the keys that neither the environment nor DATA_DIR has, and keep them."""
    present = kept_environment(environment)
    made = {}
    if not present.get("SECRET_KEY"):
        made["SECRET_KEY"] = secrets.token_urlsafe(48)
    if not present.get("ENCRYPTION_KEYS"):
        made["ENCRYPTION_KEYS"] = new_key_text("k1")
    if made:
        keep(environment, made)


def keep(environment: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Keep these settings in DATA_DIR, readable by its owner only."""
    path = _path(environment)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**_read(path), **values}, indent=2)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def forget(environment: Mapping[str, str], name: str) -> None:
    """Keep that setting no longer."""
    path = _path(environment)
    held = _read(path)
    if held.pop(name, None) is not None:
        path.write_text(json.dumps(held, indent=2), encoding="utf-8")


def _path(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("DATA_DIR") or "data") / _FILE


def _read(path: Path) -> dict[str, str]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {str(name): str(value) for name, value in held.items()}

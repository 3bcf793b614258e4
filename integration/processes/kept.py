"""What one machine keeps for itself in DATA_DIR: keys that nobody gave, where Valkey listens.

So that `tillside up` needs neither a key nor a database server, and a command that is run beside it
finds the same ones.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from integration.crypto import new_key_text
from integration.setting_files import Environment, FileText, locked, named_files, write_secretly

_FILE = "kept.json"
# Read anew at each use, so that `tillside keys rotate` reaches what runs.
_KEYS = "ENCRYPTION_KEYS"


def kept_environment(environment: Mapping[str, str]) -> Environment:
    """The environment, completed by the files that it names and by what DATA_DIR keeps.

    What is set already stands. Raises MissingSetting for a file that can't be read.
    """
    path = _path(environment)
    kept = _read(path)
    given = {name: value for name, value in environment.items() if value}
    files = named_files(given)
    if kept.get(_KEYS) and _KEYS not in given and _KEYS not in files:
        files[_KEYS] = FileText(path, _kept_keys)
    held = {name: value for name, value in kept.items() if name not in files}
    return Environment({**held, **given}, files)


def make_keys(environment: Mapping[str, str]) -> None:
    """Make the keys that neither the environment nor DATA_DIR has, and keep them."""
    with _alone(environment) as path:
        present = kept_environment(environment)
        made = {}
        if not present.get("SECRET_KEY"):
            made["SECRET_KEY"] = secrets.token_urlsafe(48)
        if not present.get(_KEYS):
            made[_KEYS] = new_key_text("k1")
        if made:
            _write(path, {**_read(path), **made})


def keep(environment: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Keep these settings in DATA_DIR, readable by its owner only."""
    with _alone(environment) as path:
        _write(path, {**_read(path), **values})


def forget(environment: Mapping[str, str], name: str) -> None:
    """Keep that setting no longer."""
    with _alone(environment) as path:
        held = _read(path)
        if held.pop(name, None) is not None:
            _write(path, held)


@contextmanager
def _alone(environment: Mapping[str, str]) -> Iterator[Path]:
    """The file, which nobody else changes meanwhile: a key that is lost here is lost for good."""
    path = _path(environment)
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_suffix(".lock")):
        yield path


def _write(path: Path, values: Mapping[str, str]) -> None:
    write_secretly(path, json.dumps(values, indent=2))


def _kept_keys(text: str) -> str:
    return str(json.loads(text).get(_KEYS, ""))


def _path(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("DATA_DIR") or "data") / _FILE


def _read(path: Path) -> dict[str, str]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {str(name): str(value) for name, value in held.items()}

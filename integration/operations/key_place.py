"""Where the operator's keys stand, and changing them there: one command at a time, durably."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from integration.crypto import Keys, new_key_text
from integration.errors import Conflict
from integration.processes.kept import keep
from integration.setting_files import Environment, locked, write_secretly
from integration.settings import load

_NAME = "ENCRYPTION_KEYS"
_LOCK = "keys.lock"


class KeyPlace:
    """A file of keys that a command may change: the operator's own, or the one in DATA_DIR."""

    def __init__(self, environment: Environment, path: Path) -> None:
        self._environment = environment
        self._is_own = bool(environment.get(f"{_NAME}_FILE"))
        self.name = str(path)

    @classmethod
    def of(cls, environment: Environment) -> "KeyPlace":
        """The place of these settings. Raises Conflict for a variable, which no command changes."""
        path = environment.path_of(_NAME)
        if path is None:
            raise Conflict(
                f"{_NAME} is a variable, which no command can change: see the steps in "
                "docs/operations.md, or put the keys into a file (ENCRYPTION_KEYS_FILE)."
            )
        return cls(environment, path)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other command of this machine change the keys meanwhile. Raises Conflict."""
        folder = load(self._environment).data_dir
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(folder / _LOCK, waits=False))
            except BlockingIOError:
                raise Conflict("Another command is changing the keys; wait for its end.") from None
            yield

    def parts(self) -> list[str]:
        """The keys as they are written there, the one that wraps first."""
        self._environment.look_again()
        text = self._environment[_NAME]
        return [part for part in (each.strip() for each in text.split(",")) if part]

    def write(self, parts: Sequence[str]) -> None:
        """Put these there instead. When this returns they are on the disk. Raises Conflict."""
        text = ",".join(parts)
        Keys.of(text)
        try:
            if self._is_own:
                write_secretly(Path(self.name), text + "\n")
            else:
                keep(self._environment, {_NAME: text})
        except OSError as error:
            raise Conflict(
                f"{self.name} can't be written ({error.strerror}): change it where it comes from, "
                "by the steps in docs/operations.md."
            ) from None
        if self.parts() != list(parts):
            raise Conflict(f"{self.name} was changed by somebody else meanwhile; look at it.")


def fresh_key(parts: Sequence[str], used: Mapping[str, object]) -> str:
    """A new key, with an id that neither these nor any row has."""
    ids = [*(part.partition(":")[0] for part in parts), *used]
    numbers = [int(found[1]) for each in ids if (found := re.fullmatch(r"k(\d{1,9})", each))]
    return new_key_text(f"k{max(numbers, default=0) + 1}")

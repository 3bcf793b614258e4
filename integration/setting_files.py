"""Settings that stand in files: `NAME_FILE` names the file of NAME, as container secrets have it.

What is asked for anew at each use (the operator's keys, Shopify's secrets) is taken from a file
that changed without a restart.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from integration.errors import MissingSetting

log = structlog.get_logger(__name__)

FILED = (
    "DATABASE_URL",
    "INBOX_DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "ENCRYPTION_KEYS",
    "SHOPIFY_API_SECRET",
    "SHOPIFY_API_SECRET_PREVIOUS",
    "OIDC_CLIENT_SECRET",
    "METRICS_TOKEN",
)
"""What may stand in a file instead: all that is secret or has a password in it."""

LOOKS_EVERY_SECONDS = 1.0

_Stamp = tuple[int, int, int]


def _stripped(text: str) -> str:
    return text.strip()


class FileText:
    """What stands in a file, or in a part of it, as of the last look. Raises OSError when it can't
    be read at first.

    One that is empty, gone or unreadable leaves what stood there, until a look a second later finds
    it so again: somebody may be in the midst of writing it.
    """

    __slots__ = ("_empty_since", "_part", "_stamp", "path", "text")

    def __init__(self, path: Path, part: Callable[[str], str] = _stripped) -> None:
        self.path = path
        self._part = part
        self._empty_since: float | None = None
        self._stamp, self.text = _stamp(path), part(path.read_text(encoding="utf-8"))

    def look(self, now: float) -> str:
        """Read it again if it has changed; what stands there."""
        stamp = _stamp(self.path)
        if stamp != self._stamp:
            found = self._read()
            if found or not self.text or self._stays_empty(now):
                self._stamp, self.text, self._empty_since = stamp, found, None
        return self.text

    def _stays_empty(self, now: float) -> bool:
        if self._empty_since is None:
            self._empty_since = now
        return now - self._empty_since >= LOOKS_EVERY_SECONDS

    def _read(self) -> str:
        try:
            return self._part(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            log.warning("settings.file_unreadable", file=self.path.name, error=type(error).__name__)
            return ""

    def __repr__(self) -> str:
        return f"FileText({self.path})"


class Environment(Mapping[str, str]):
    """Settings as they stand now: variables, and files where those name one.

    All files are looked at together, once a second at most, in the order of FILED: who writes the
    previous secret before the present one is never seen with the latter alone.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        files: Mapping[str, FileText],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.variables = variables
        """Without what stands in files: what a child process is given, which reads them itself."""
        self._files = {name: files[name] for name in FILED if name in files}
        self._clock = clock
        self._lock = threading.Lock()
        self._texts = {name: file.text for name, file in self._files.items()}
        self._look_at = clock() + LOOKS_EVERY_SECONDS

    def __getitem__(self, name: str) -> str:
        if name not in self._files:
            return self.variables[name]
        if self._clock() >= self._look_at:
            self.look_again()
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.variables, **self._texts})

    def __len__(self) -> int:
        return len({*self.variables, *self._files})

    def look_again(self) -> None:
        """Look at the files now."""
        with self._lock:
            now = self._clock()
            self._look_at = now + LOOKS_EVERY_SECONDS
            # As a whole: nobody sees one file as it is beside another as it was.
            self._texts = {name: file.look(now) for name, file in self._files.items()}

    def path_of(self, name: str) -> Path | None:
        """The file in which that setting stands, None for a variable."""
        file = self._files.get(name)
        return None if file is None else file.path

    def __repr__(self) -> str:
        return f"Environment({', '.join(self)})"


def named_files(variables: Mapping[str, str]) -> dict[str, FileText]:
    """The files that variables name, by setting. Raises MissingSetting by name."""
    found: dict[str, FileText] = {}
    for name in FILED:
        path = variables.get(f"{name}_FILE")
        if not path:
            continue
        if variables.get(name):
            raise MissingSetting(f"{name} and {name}_FILE are both set; take one of them away")
        try:
            found[name] = FileText(Path(path))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise MissingSetting(f"{name}_FILE can't be read: {why}") from None
    return found


def handed_on(values: Mapping[str, str]) -> Mapping[str, str]:
    """What a child process is given of these settings: files it reads by itself."""
    return values.variables if isinstance(values, Environment) else values


def write_secretly(path: Path, text: str) -> None:
    """Write a whole file at once and durably, with the owner and mode that it had (a new one is
    its owner's only).

    Whoever reads meanwhile has the old or the new text. Raises OSError.
    """
    path = path.resolve()
    before = path.stat() if path.exists() else None
    fresh = path.with_name(path.name + ".new")
    # A file of our own: what stands there was left behind, or put there to be written through.
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        if before is not None:
            # Who isn't root can't give it away, and needn't: they read it themselves.
            with suppress(PermissionError):
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
            os.fchmod(file.fileno(), before.st_mode & 0o777)
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def locked(path: Path, *, waits: bool = True) -> Iterator[None]:
    """Hold a file as a lock, whoever of this machine's users made it. Where it doesn't wait and
    another process holds it, raises BlockingIOError; OSError for a link.
    """
    held = _opened(path)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        yield
    finally:
        os.close(held)


def _opened(path: Path) -> int:
    """A lock's file. The mode is set of one that is new alone: root takes locks where others may
    put files.
    """
    with suppress(FileExistsError):
        made = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        os.fchmod(made, 0o644)
        return made
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _stamp(path: Path) -> _Stamp | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size, told.st_ino

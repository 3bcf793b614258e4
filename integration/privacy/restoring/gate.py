"""Keeps people out while a restored database still holds whom the journal says were erased."""

import fcntl
import time

import structlog
from sqlalchemy.exc import SQLAlchemyError

from integration.errors import Invalid
from integration.privacy.restoring.lost import is_behind
from integration.privacy.restoring.settling import settle
from integration.services import Services

log = structlog.get_logger(__name__)

TURN_FILE = "settling.lock"
BEHIND = (
    "A backup was restored that is older than erasures in the journal. "
    "`tillside privacy settle` applies them."
)
UNKNOWN = "The database doesn't answer; whether it holds all erasures isn't known."
_LOOK_AGAIN_SECONDS = 2.0
_SAY_AGAIN_SECONDS = 60.0


class RestoreGate:
    """Open once the database was seen to hold all erasures of its journal; then for good: a
    database is restored while nothing runs.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._reason: str | None = BEHIND
        self._look_at = 0.0
        self._say_at = 0.0

    def reason(self) -> str | None:
        """Why nobody is served yet; None once everybody may be."""
        if self._reason is None:
            return None
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + _LOOK_AGAIN_SECONDS
            self._reason = self._look()
            if self._reason is not None and now >= self._say_at:
                self._say_at = now + _SAY_AGAIN_SECONDS
                log.error("privacy.database_is_behind_its_journal", reason=self._reason)
        return self._reason

    def _look(self) -> str | None:
        try:
            return BEHIND if is_behind(self._services) else None
        except Invalid as error:
            return str(error)
        except SQLAlchemyError as error:
            log.warning("privacy.journal_not_compared", error=type(error).__name__)
            return UNKNOWN


def await_settled(services: Services) -> None:
    """Return once the erasures of the journal are applied: no job may run before.

    One process of this machine applies them, the others wait for it. So also where nothing was
    restored, and somebody was killed between an erasure's line and its commit.
    """
    gate = RestoreGate(services)
    while gate.reason() is not None:
        if not _settle_alone(services):
            time.sleep(_LOOK_AGAIN_SECONDS)


def _settle_alone(services: Services) -> bool:
    """Whether it was this process' turn, and it went well."""
    folder = services.settings.data_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / TURN_FILE).open("ab") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        try:
            settle(services)
        except (Invalid, SQLAlchemyError) as error:
            log.warning("privacy.not_settled", error=type(error).__name__)
            return False
    return True

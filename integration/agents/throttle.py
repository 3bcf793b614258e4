"""How often a sign-in may fail: slower with each failure, and never long for whom others try.

Failures are counted by keyed digests, of the address that was typed and of where it came from. A
try is counted before it is judged and forgotten when it succeeds, so that many at once are many.
Strangers could keep an agent out by failing in their name; so the account's own count delays five
minutes at most, and a browser that the agent has signed in with before has a count of its own.
"""

import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from integration.crypto import associated, derive
from integration.errors import AppError
from integration.models import SignInFailure
from integration.services import Services

_FORGOTTEN_AFTER = timedelta(hours=6)
# With so many, every wait is the longest.
_MOST_COUNTED = 60


@dataclass(frozen=True, slots=True)
class _Limit:
    """So many are free; each further one doubles the wait, from a second to the longest."""

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        beyond = failures - self.free
        if beyond < 0:
            return timedelta(0)
        return min(timedelta(seconds=2 ** min(beyond, 20)), self.longest)


_LIMITS = {
    # One address of the network that tries one account.
    "pair": _Limit(5, timedelta(minutes=15)),
    # One address of the network that tries whatever account: an office shares one.
    "place": _Limit(40, timedelta(minutes=15)),
    # One account, from wherever.
    "account": _Limit(20, timedelta(minutes=5)),
    # One account from a browser that it has signed in with before.
    "known": _Limit(10, timedelta(minutes=5)),
}


class Throttled(AppError):
    """Too many failures: nobody is judged now. `details["seconds"]` tells how long."""

    code = "too_many_requests"
    status = 429


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that was counted; `succeeded` forgets what this account failed from here."""

    digests: tuple[bytes, ...]
    forgiven: tuple[bytes, ...]


def count_attempt(
    services: Services, account: str, place: str, *, known_browser: str | None
) -> Attempt:
    """Count a try of that account from that place. Raises Throttled before anything is judged."""
    now = services.now()
    own = ("known", account, known_browser) if known_browser else ("account", account)
    subjects = (("pair", account, place), own, ("place", place))
    digests = tuple(_digest(services, subject) for subject in subjects)
    with services.db.across_workspaces(write=True) as session:
        waits = [
            _left(session, digest, _LIMITS[subject[0]], now)
            for subject, digest in zip(subjects, digests, strict=True)
        ]
        if max(waits) > timedelta(0):
            seconds = int(max(waits).total_seconds()) + 1
            message = "There were too many tries just now. Wait a little."
            raise Throttled(message, details={"seconds": seconds})
        session.add_all(SignInFailure(subject_digest=digest, at=now) for digest in digests)
    return Attempt(digests, digests[:2])


def succeeded(services: Services, attempt: Attempt, *, is_whole: bool = True) -> None:
    """Forget the try, and what the same account failed from the same place before.

    Not `is_whole`: somebody else may have that address as well, and what was tried as them counts
    on: or whoever wrote another's address down as their own could go on guessing for ever.
    """
    forgiven = attempt.forgiven if is_whole else ()
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            delete(SignInFailure)
            .where(SignInFailure.subject_digest.in_(forgiven))
            .execution_options(synchronize_session=False)
        )
        for digest in attempt.digests[len(forgiven) :]:
            _forget_last(session, digest)


@contextmanager
def failed(services: Services, attempt: Attempt) -> Iterator[Session]:
    """A transaction for what else is written of a failure.

    It writes in any case: how long a failure takes doesn't tell whether there is such an account.
    """
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            update(SignInFailure)
            .where(SignInFailure.subject_digest == attempt.digests[0])
            .values(at=SignInFailure.at)
            .execution_options(synchronize_session=False)
        )
        yield session


def sweep_failures(services: Services) -> None:
    """Forget failures that no longer count."""
    before = services.now() - _FORGOTTEN_AFTER
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            delete(SignInFailure)
            .where(SignInFailure.at < before)
            .execution_options(synchronize_session=False)
        )


def _left(session: Session, digest: bytes, limit: _Limit, now: datetime) -> timedelta:
    """How long that subject has to wait still."""
    times = session.execute(
        select(SignInFailure.at)
        .where(SignInFailure.subject_digest == digest, SignInFailure.at > now - _FORGOTTEN_AFTER)
        .order_by(SignInFailure.at.desc())
        .limit(_MOST_COUNTED)
    ).scalars()
    failures = list(times)
    if not failures:
        return timedelta(0)
    return max(timedelta(0), failures[0] + limit.wait(len(failures)) - now)


def _forget_last(session: Session, digest: bytes) -> None:
    newest = (
        select(func.max(SignInFailure.id))
        .where(SignInFailure.subject_digest == digest)
        .scalar_subquery()
    )
    session.execute(
        delete(SignInFailure)
        .where(SignInFailure.id == newest)
        .execution_options(synchronize_session=False)
    )


def _digest(services: Services, subject: Sequence[str]) -> bytes:
    key = derive(services.settings.secret_key.get_secret_value(), "sign-in failures")
    return hmac.digest(key, associated(*subject), "sha256")

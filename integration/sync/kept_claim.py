"""Keeps a claim while its holder is at work, so that a killed holder is missed within a minute."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from integration.processes.ending import given_back_at_end
from integration.services import Services
from integration.sync.claim import Claim, ClaimLost

log = structlog.get_logger(__name__)

_BEAT_SECONDS = 15.0


@contextmanager
def kept(
    services: Services, claim: Claim, *, beat_seconds: float = _BEAT_SECONDS
) -> Iterator[None]:
    """Renew the claim from time to time, however long the store takes to answer.

    One that was lost or given back is renewed no more; the holder finds out when it writes.
    """
    ended = threading.Event()
    beat = threading.Thread(
        target=_beat, args=(services, claim, ended, beat_seconds), name="claim", daemon=True
    )
    beat.start()
    try:
        with given_back_at_end(lambda: _give_back(services, claim)):
            yield
    finally:
        ended.set()
        beat.join()


def _give_back(services: Services, claim: Claim) -> None:
    """Let another process read on at once; ours, if it still runs, can write nothing more."""
    with services.db.workspace(claim.workspace_id, write=True) as session:
        # As if its holder had been killed just now: that is what `take_over` looks for.
        claim.release(session, {"claim": secrets.token_hex(16), "claimed_until": services.now()})


def _beat(services: Services, claim: Claim, ended: threading.Event, beat_seconds: float) -> None:
    while not ended.wait(beat_seconds):
        try:
            with services.db.workspace(claim.workspace_id, write=True) as session:
                claim.hold(session, services.now())
        except ClaimLost:
            return
        except Exception as error:  # noqa: BLE001 - tried again at the next beat
            log.warning("sync.claim_not_renewed", error=type(error).__name__)

"""How a stand-in sends a webhook, and how a test waits until all is sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import requests

Patience = tuple[float, float]
"""Seconds to connect, and to answer."""

STOPS_WITHIN_SECONDS = 6.0
"""A sender that still waits for somebody's answer is left behind then."""


class Sender:
    """Posts to whoever listens, once; follows no redirect and asks no proxy."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False

    def post(
        self, url: str, body: bytes, headers: dict[str, str], patience: Patience
    ) -> tuple[int | None, str | None]:
        """What was answered, or None and the name of what went wrong."""
        try:
            answer = self._session.post(
                url, data=body, headers=headers, timeout=patience, allow_redirects=False
            )
        except requests.RequestException as failure:
            return None, type(failure).__name__
        return answer.status_code, None

    def close(self) -> None:
        self._session.close()


def wait_while(wake: threading.Condition, busy: Callable[[], bool], timeout: float) -> bool:
    """Wait until `busy` (asked with `wake` held) says no; False when it took long.

    It is also asked when nobody woke: switches that change say nothing.
    """
    end = time.monotonic() + timeout
    with wake:
        while busy():
            left = end - time.monotonic()
            if left <= 0:
                return False
            wake.wait(min(0.2, left))
    return True

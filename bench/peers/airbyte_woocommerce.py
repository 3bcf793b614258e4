"""Runs airbyte-source-woocommerce as it is, with its store's host led to a stand-in.

It knows https only, so requests to its store are turned when they leave. Run by the peer's own
Python; STAND_IN is where they go. The seconds from its first request to its end stand on the last
line of stderr.
"""

import atexit
import os
import sys
import time
from typing import Any
from urllib.parse import urlsplit

import requests.adapters

_TARGET = urlsplit(os.environ["STAND_IN"])
_send = requests.adapters.HTTPAdapter.send
_began: list[float] = []


def _turned(self: Any, request: Any, *args: Any, **options: Any) -> Any:
    if not _began:
        _began.append(time.perf_counter())
    parts = urlsplit(request.url)
    request.url = parts._replace(scheme=_TARGET.scheme, netloc=_TARGET.netloc).geturl()
    return _send(self, request, *args, **options)


def _say() -> None:
    if _began:
        sys.stderr.write(f"\nseconds {time.perf_counter() - _began[0]:.4f}\n")


if __name__ == "__main__":
    from source_woocommerce.run import run  # type: ignore[import-not-found]

    requests.adapters.HTTPAdapter.send = _turned  # type: ignore[method-assign]
    atexit.register(_say)
    run()

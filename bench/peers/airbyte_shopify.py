"""Runs airbyte-source-shopify as it is, with its shop's host led to a stand-in.

It knows https and *.myshopify.com only, so requests to its shop are turned when they leave; the
Host header stays the shop's. Run by the peer's own Python; STAND_IN is where they go. The seconds
from its first page of orders to its end stand on the last line of stderr: what it asks and reckons
before that isn't reading.
"""

import atexit
import os
import sys
import time
from typing import Any
from urllib.parse import urlsplit

import requests.adapters

_TARGET = urlsplit(os.environ["STAND_IN"])
_SHOPS = ".myshopify.com"
_send = requests.adapters.HTTPAdapter.send
_began: list[float] = []


def _turned(self: Any, request: Any, *args: Any, **options: Any) -> Any:
    parts = urlsplit(request.url)
    if parts.netloc.endswith(_SHOPS):
        if not _began and parts.path.endswith("/orders.json"):
            _began.append(time.perf_counter())
        request.headers["Host"] = parts.netloc
        request.url = parts._replace(scheme=_TARGET.scheme, netloc=_TARGET.netloc).geturl()
    return _send(self, request, *args, **options)


def _say() -> None:
    if _began:
        sys.stderr.write(f"\nseconds {time.perf_counter() - _began[0]:.4f}\n")


if __name__ == "__main__":
    from source_shopify.run import run  # type: ignore[import-not-found]

    requests.adapters.HTTPAdapter.send = _turned  # type: ignore[method-assign]
    atexit.register(_say)
    run()

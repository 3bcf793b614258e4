"""How granian serves an application of ours: in the web process, the benchmarks and the tests."""

import gc
import sys

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes

# A page's thread gives the interpreter away at each statement, and gets it back from a busy event
# loop only after so long: with Python's 5 ms a page amid a flood of deliveries took 11 ms, now 2.4.
_SWITCH_SECONDS = 0.0005


def serve(application: str, host: str, port: int, *, logs: bool = False) -> None:
    """Serve the RSGI application that the function `module:name` makes, until a signal ends it."""
    Granian(
        application,
        factory=True,
        interface=Interfaces.RSGI,
        # Finding out by each connection whether it speaks HTTP/2 costs more than all of the rest.
        http=HTTPModes.http1,
        loop=Loops.uvloop,
        runtime_mode=RuntimeModes.mt,
        address=host,
        port=port,
        workers=1,
        backlog=2048,
        websockets=False,
        log_enabled=logs,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()


def settle_in() -> None:
    """To be called in the server's process once everything is loaded, before the first request."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.collect()
    # What is loaded stays: the collector needn't look at it again and again.
    gc.freeze()

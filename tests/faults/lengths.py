"""How long a fault test goes on: short in `make test`, long in `make soak`."""

import os

SOAKS = os.environ.get("SOAK") == "1"


def how_many(short: int, long: int) -> int:
    """`long` where SOAK=1 is set, else `short`."""
    return long if SOAKS else short

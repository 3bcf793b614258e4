"""The operator's hand: keys rotated by the command, Shopify's secret changed in its files."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.fresh_house import House
from bench.rotation_asks import Signing
from bench.rotation_world import Files
from integration.setting_files import write_secretly

_ENDS_WITHIN_SECONDS = 60
# Every process looks once a second.
_LOOKED_SECONDS = 2.0


@dataclass(slots=True)
class Done:
    """What was done; `wrong` is what didn't go as it has to, in words."""

    rotated: int = 0
    retired: int = 0
    secrets: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)


class Hand:
    """Runs `tillside keys` with the house's settings, in a process that is there already."""

    def __init__(self, house: House) -> None:
        kept = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.rotation_hand"],
            env={**kept, **house.settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Hand":
        if self._line() != "ready":
            raise RuntimeError("the commands don't start")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=_ENDS_WITHIN_SECONDS)

    def keys(self, done: Done, *words: str) -> bool:
        """Whether the command went well; what it said, if not, is noted."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(["keys", *words]) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._line())
        if told["status"]:
            done.wrong.append(f"keys {words[0]}: {told['said'].strip()[-300:]}")
        return not told["status"]

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def rotate_keys(
    hand: Hand, files: Files, done: Done, ends: threading.Event, pause_seconds: float
) -> None:
    """Make a new key, wrap all with it and take the old one away, again and again until `ends`."""
    while not ends.is_set():
        old = files.keys.read_text().partition(":")[0]
        if hand.keys(done, "rotate", "--new"):
            done.rotated += 1
        if hand.keys(done, "retire", old):
            done.retired += 1
        ends.wait(pause_seconds)


def change_secrets(
    files: Files,
    signing: Signing,
    done: Done,
    ends: threading.Event,
    *,
    hold_seconds: float,
    is_refused: Callable[[str], bool],
) -> None:
    """Change Shopify's secret again and again until `ends`, each time to its end: both are
    accepted, both sign for a while, then only the new one, then the old one is dropped and has to
    be refused.
    """
    while not ends.is_set():
        old = signing.secrets[-1]
        new = f"shpss_of_the_benchmark_{done.secrets + 1}"
        write_secretly(files.previous, old)
        write_secretly(files.secret, new)
        time.sleep(_LOOKED_SECONDS)
        signing.secrets = (old, new)
        time.sleep(hold_seconds)
        signing.secrets = (new,)
        # What the old one signed is on its way yet.
        time.sleep(_LOOKED_SECONDS)
        write_secretly(files.previous, "")
        # An empty file is believed at the second look.
        time.sleep(2 * _LOOKED_SECONDS)
        done.secrets += 1
        if is_refused(old):
            done.refused += 1
        else:
            done.wrong.append("a webhook signed with a secret that was dropped was taken")

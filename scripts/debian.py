"""Debian's packages, where they can be had: as root, or through sudo when that is wanted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from progress import quiet, say

_ENVIRONMENT = ["env", "DEBIAN_FRONTEND=noninteractive"]


def command(packages: Sequence[str]) -> str:
    """What to type to have them."""
    return f"apt-get update && apt-get install -y {' '.join(packages)}"


def can_install(*, through_sudo: bool = False) -> bool:
    """Whether `install` has a chance: there is apt, and we are root or may become it unasked."""
    return shutil.which("apt-get") is not None and _prefix(through_sudo) is not None


def install(packages: Sequence[str], *, through_sudo: bool = False) -> bool:
    """Install them, and say so. False when it can't be or failed."""
    prefix = _prefix(through_sudo)
    if prefix is None or not shutil.which("apt-get"):
        return False
    say(f"installing Debian's {', '.join(packages)}")
    quiet([*prefix, *_ENVIRONMENT, "apt-get", "update", "-q"], timeout_seconds=300)
    get = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    done = quiet([*prefix, *_ENVIRONMENT, *get], timeout_seconds=1500)
    if done.returncode != 0:
        say("apt-get failed:\n" + "\n".join(done.stdout.strip().splitlines()[-6:]))
    return done.returncode == 0


def _prefix(through_sudo: bool) -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if through_sudo and shutil.which("sudo") and quiet(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return None

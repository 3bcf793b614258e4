"""Have a Chromium for the browser tests, or say that they will be skipped.

One that is there is used as it is. Else, on Debian as root, Debian's; else Playwright's own build.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import chromium
import debian
from progress import quiet, say


def have(*, through_sudo: bool = False) -> str | None:
    """The path of a Chromium, fetched if need be. None when there is none to be had."""
    found = chromium.find()
    if found:
        return found
    if not (_is_debian() and debian.install(["chromium"], through_sudo=through_sudo)):
        _fetch_playwrights()
    chromium.find.cache_clear()
    return chromium.find()


def _is_debian() -> bool:
    """Debian itself: Ubuntu's package of that name only points at a snap."""
    try:
        return platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        return False


def _fetch_playwrights() -> None:
    say("fetching Playwright's Chromium (about 170 MB)")
    playwright = str(Path(sys.executable).with_name("playwright"))
    arguments = ["install", "chromium"]
    if debian.can_install():
        arguments.append("--with-deps")
    done = quiet([playwright, *arguments], timeout_seconds=900)
    if done.returncode != 0:
        say("Playwright's Chromium could not be fetched")


if __name__ == "__main__":
    if have() is None:
        say(f"no Chromium: the browser tests will be skipped. {debian.command(['chromium'])}")

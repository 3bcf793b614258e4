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


def have(*, through_sudo: bool = False) -> list[str]:
    """Have it. Returns Debian's packages that are still lacking: none when all is well."""
    lacking = chromium.lacking()
    if not lacking:
        return []
    if not _is_debian():
        # Chromium is no package there; Playwright's own brings what it needs.
        others = [package for package in lacking if package != "chromium"]
        if others:
            debian.install(others, through_sudo=through_sudo)
    elif debian.install(lacking, through_sudo=through_sudo):
        chromium.look_again()
    if chromium.find() is None:
        _fetch_playwrights()
    chromium.look_again()
    return chromium.lacking()


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
    still_lacking = have()
    if still_lacking:
        say(f"the browser tests will be skipped. As root: {debian.command(still_lacking)}")

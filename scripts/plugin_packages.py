"""Have what the tests of the WordPress plugin need: Debian's packages, and WordPress unpacked."""

from __future__ import annotations

import shutil
from pathlib import Path

import debian
import plugin_site
from progress import quiet, say


def have(*, through_sudo: bool = False) -> list[str]:
    """Have it. Returns Debian's packages that are still lacking: none when all is well."""
    lacking = plugin_site.lacking()
    if lacking:
        debian.install(lacking, through_sudo=through_sudo)
    if plugin_site.wordpress() is None and not _unpack():
        # The lists of packages may be missing or old; installing anything renews them.
        debian.install(["php-cli"], through_sudo=through_sudo)
        _unpack()
    missing = [] if plugin_site.wordpress() else ["wordpress"]
    return [*plugin_site.lacking(), *missing]


def _unpack() -> bool:
    """Whether WordPress and what it takes from others is unpacked now. Needs no root."""
    if shutil.which("apt-get") is None:
        return False
    say("fetching WordPress, Debian's package (8 MB), to unpack it")
    target = plugin_site.UNPACKED
    coming = target.with_name("wordpress.coming")
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir(parents=True)
    fetched = quiet(
        ["apt-get", "download", "-q", *plugin_site.PACKAGES], timeout_seconds=300, cwd=str(coming)
    )
    if fetched.returncode != 0:
        return False
    packed: list[Path] = sorted(coming.glob("*.deb"))
    for package in packed:
        if quiet(["dpkg", "-x", str(package), str(coming)]).returncode != 0:
            return False
        package.unlink()
    shutil.rmtree(target, ignore_errors=True)
    coming.rename(target)
    return True


if __name__ == "__main__":
    still = have()
    if still:
        say(f"the plugin's tests will be skipped. As root: {debian.command(still)}")

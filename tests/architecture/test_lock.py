"""requirements.lock is what pyproject.toml asks for, found without a network."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.sources import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = ("dev", "demo")


@pytest.fixture(scope="module")
def pins() -> dict[str, set[Version]]:
    """The versions by name: more than one where a marker chooses between them."""
    found: dict[str, set[Version]] = {}
    for name, version in re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", LOCK, re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(Version(version))
    return found


@pytest.fixture(scope="module")
def asked() -> list[Requirement]:
    lines = list(PROJECT["dependencies"])
    for extra in EXTRAS:
        lines += PROJECT["optional-dependencies"][extra]
    wanted = [Requirement(line) for line in lines]
    return [each for each in wanted if each.name != PROJECT["name"]]


def _of(name: str, extras: frozenset[str]) -> list[Requirement]:
    """What an installed package asks for, on any platform."""
    try:
        lines = distribution(name).requires or []
    except PackageNotFoundError:
        return []
    found = [Requirement(line) for line in lines]
    return [each for each in found if _may_apply(each, extras)]


def _may_apply(requirement: Requirement, extras: frozenset[str]) -> bool:
    if requirement.marker is None or "extra" not in str(requirement.marker):
        return True
    return any(
        requirement.marker.evaluate({"extra": extra, "platform_python_implementation": python})
        for extra in extras
        for python in ("CPython", "PyPy")
    )


def test_every_requirement_is_pinned_to_a_version_that_it_allows(
    pins: dict[str, set[Version]], asked: list[Requirement]
) -> None:
    wrong = {
        str(each)
        for each in asked
        if not any(
            each.specifier.contains(version, prereleases=True)
            for version in pins.get(canonicalize_name(each.name), ())
        )
    }
    assert wrong == set(), "make lock"


def test_what_those_need_is_pinned_too_and_nothing_else(
    pins: dict[str, set[Version]], asked: list[Requirement]
) -> None:
    reached: set[str] = set()
    missing: set[str] = set()
    waiting = list(asked)
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        each = waiting.pop()
        name, extras = canonicalize_name(each.name), frozenset(each.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        reached.add(name)
        applies = each.marker is None or "extra" in str(each.marker) or each.marker.evaluate()
        if applies and name not in pins:
            missing.add(str(each))
        waiting += _of(name, extras)
    assert missing == set(), "make lock"
    assert set(pins) - reached == set(), "make lock"


def test_every_pin_has_its_hashes_and_no_host_is_named(pins: dict[str, set[Version]]) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", LOCK.strip())
    assert len(entries) == sum(map(len, pins.values()))
    assert [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in LOCK
    assert "index-url" not in LOCK

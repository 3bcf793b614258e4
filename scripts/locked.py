"""The Python packages of requirements.lock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[^\s;\\]+)"
    r"(?:\s*;\s*(?P<marker>[^\\\n]+))?(?P<hashes>(?:\s*\\\n\s+--hash=sha256:[0-9a-f]{64})*)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned version; `marker` says where it is installed, empty for everywhere."""

    name: str
    version: str
    marker: str = ""
    hashes: tuple[str, ...] = ()


def locked_packages(lock: Path = LOCK) -> list[Package]:
    """All of them, by their canonical names."""
    return [
        Package(
            re.sub(r"[-_.]+", "-", found["name"]).lower(),
            found["version"],
            (found["marker"] or "").strip(),
            tuple(re.findall(r"sha256:([0-9a-f]{64})", found["hashes"])),
        )
        for found in _PIN.finditer(lock.read_text(encoding="utf-8"))
    ]

"""What has no business in the repository: places, hosts and secrets of whoever worked on it."""

import re

from tests.architecture.sources import ROOT, committed

# Written so that no pattern finds itself.
FORBIDDEN = {
    "a folder of one machine": r"(?<![\w.])/(?:[w]ork|[f]arm|[U]sers/\w+|[h]ome/\w+)/",
    "a package registry's host": r"[p]ypi\.(?:org|python)|[p]ythonhosted\.org|[r]egistry\.npmjs",
    "a private key": r"BEGIN [A-Z ]*PRIVATE [K]EY",
    "a token of a store": r"\bshp(?:at|ca|pa|ss|ua)_[0-9a-f]{32}\b",
    "a merge that stopped half-way": r"^(?:<{7}|>{7}) ",
    "work that is left": r"\b(?:[F]IXME|[T]ODO)\b",
}
BINARY = frozenset({".gz", ".png", ".jpg", ".ico", ".woff2", ".mo"})


def test_nothing_is_in_the_repository_that_does_not_belong() -> None:
    found = [
        f"{path}:{number} {what}"
        for path in committed()
        if path.suffix not in BINARY and "vendor" not in path.parts and "dist" not in path.parts
        for number, line in enumerate(
            (ROOT / path).read_text(encoding="utf-8").splitlines(), start=1
        )
        for what, pattern in FORBIDDEN.items()
        if re.search(pattern, line)
    ]
    assert found == []


def test_no_file_is_heavy() -> None:
    heavy = {path.as_posix() for path in committed() if (ROOT / path).stat().st_size > 2_000_000}
    assert heavy == set()

"""A locked version with a known hole fails the audit, and no silence passes for a verdict."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts import audit
from scripts.audit import Hole, by_snapshot, is_accepted, is_affected, read_npm, read_report
from scripts.locked import Package, locked_packages

SNAPSHOT: dict[str, Any] = json.loads(audit.SNAPSHOT.read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)
SOME = [Package("flask", "3.1.2"), Package("colorama", "0.4.6", "sys_platform == 'win32'")]


def test_the_lock_is_read_whole() -> None:
    packages = locked_packages()
    lines = [line for line in audit.LOCK.read_text().splitlines() if "==" in line.split(" ;")[0]]
    assert len(packages) == len([line for line in lines if not line.startswith((" ", "#"))]) > 100
    assert all(each.hashes for each in packages)


def test_the_kept_advisories_name_their_source_licence_and_date() -> None:
    assert SNAPSHOT["source"] == "https://github.com/pypa/advisory-database"
    assert SNAPSHOT["licence"].startswith("CC-BY-4.0")
    assert date.fromisoformat(SNAPSHOT["date"]) >= date(2024, 10, 10)
    assert len(SNAPSHOT["advisories"]) > 100


def test_an_old_version_is_found_by_the_kept_advisories(capsys: pytest.CaptureFixture[str]) -> None:
    found = by_snapshot([Package("flask", "2.2.4"), Package("flask", "3.1.2")], SNAPSHOT, TODAY)
    assert [(hole.package, hole.version) for hole in found] == [("flask", "2.2.4")]
    assert "CVE-2023-30861" in found[0].ids
    assert found[0].fixed_in == ("2.2.5", "2.3.2")
    said = capsys.readouterr().out
    taken = date.fromisoformat(SNAPSHOT["date"])
    assert f"{(TODAY - taken).days} days old: what was found since is not known here" in said


def test_our_own_lock_has_nothing_that_is_known() -> None:
    assert by_snapshot(locked_packages(), SNAPSHOT, TODAY) == []


@pytest.mark.parametrize(
    ("version", "is_hit"),
    [("0.9", False), ("1.0", True), ("1.9.9", True), ("2.0", False), ("7", True), ("odd!", False)],
)
def test_a_span_ends_before_what_mends_it(version: str, is_hit: bool) -> None:
    told = {"spans": [["1.0", "2.0"], ["6", None]], "versions": []}
    assert is_affected(version, told) is is_hit
    assert is_affected("5", {"spans": [], "versions": ["5"]})


def test_a_service_that_passes_over_packages_has_not_judged_them() -> None:
    clean = {"name": "flask", "version": "3.1.2", "vulns": []}
    assert read_report({"dependencies": [clean]}, SOME) == []
    passed_over = {"name": "flask", "skip_reason": "Dependency not found"}
    assert read_report({"dependencies": [passed_over]}, SOME) is None
    assert read_report({"dependencies": []}, SOME) is None
    assert read_report({}, SOME) is None


def test_what_a_live_service_knows_fails() -> None:
    vulnerable = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["3.2"]}
    told = {"dependencies": [{"name": "flask", "version": "3.1.2", "vulns": [vulnerable]}]}
    assert read_report(told, SOME) == [Hole("flask", "3.1.2", ("PYSEC-1", "CVE-1"), ("3.2",))]


def test_npms_report_is_read_and_an_error_is_none() -> None:
    via = [{"url": "https://github.com/advisories/GHSA-1"}]
    told = {"range": "<2", "via": via, "severity": "high"}
    report = {"metadata": {"dependencies": {"total": 7}}, "vulnerabilities": {"left": told}}
    assert read_npm(report) == [Hole("left", "<2", ("https://github.com/advisories/GHSA-1",))]
    with pytest.raises(KeyError):
        read_npm({"message": "405 Method Not Allowed", "error": {}})


def test_what_is_no_concern_is_so_until_its_day() -> None:
    accepted = {"CVE-1": ("we never call it", date(2026, 12, 1))}
    hole = Hole("flask", "3.1.2", ("PYSEC-1", "CVE-1"))
    assert is_accepted(hole, accepted, TODAY)
    assert not is_accepted(hole, accepted, date(2026, 12, 2))
    assert not is_accepted(Hole("flask", "3.1.2", ("CVE-2",)), accepted, TODAY)


def test_the_command_fails_for_a_lock_with_a_hole(tmp_path: Path) -> None:
    for version, code in (("2.2.4", 1), ("3.1.2", 0)):
        lock = tmp_path / "requirements.lock"
        lock.write_text(f"flask=={version} \\\n    --hash=sha256:{'0' * 64}\n")
        command = [sys.executable, str(audit.ROOT / "scripts" / "audit.py"), "--offline"]
        run = subprocess.run(
            [*command, "--lock", str(lock)], capture_output=True, text=True, check=False
        )
        assert run.returncode == code, run.stderr
        assert "days old" in run.stdout

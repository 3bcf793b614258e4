"""What we depend on is listed whole, and a licence that we may not use fails."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from scripts.licences import ALLOWED, BY_HAND, is_allowed, licence_of
from scripts.locked import Package, locked_packages

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sbom(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The script, writing into a folder of the test's."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    module = importlib.import_module("scripts.sbom")
    monkeypatch.setattr(module, "FILE", tmp_path / "sbom.json")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def test_it_lists_each_locked_package_with_hashes_and_licence(sbom: Any) -> None:
    assert sbom.main() == 0
    told = json.loads(sbom.FILE.read_text(encoding="utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    listed = {each["purl"]: each for each in told["components"]}
    for package in locked_packages():
        one = listed[f"pkg:pypi/{package.name}@{package.version}"]
        assert {each["content"] for each in one["hashes"]} == set(package.hashes), package.name
        assert one["licenses"], package.name
    assert any(purl.startswith("pkg:npm/%40") or "pkg:npm/" in purl for purl in listed)
    scopes = {each["name"]: each["scope"] for each in told["components"]}
    assert (scopes["flask"], scopes["pytest"]) == ("required", "excluded")


@pytest.mark.parametrize(
    ("expression", "is_fine"),
    [
        ("MIT", True),
        ("MIT AND PSF-2.0", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("AGPL-3.0-only", False),
        ("SSPL-1.0", False),
        ("MPL-1.1", False),
        ("LicenseRef-Proprietary", False),
    ],
)
def test_of_or_one_is_enough_and_of_and_each_counts(expression: str, is_fine: bool) -> None:
    assert is_allowed("some", expression) is is_fine


def test_what_is_allowed_for_one_is_for_nobody_else() -> None:
    assert is_allowed("pyphen", BY_HAND["pyphen"])
    assert not is_allowed("flask", BY_HAND["pyphen"])


def test_an_unknown_licence_and_one_that_is_not_allowed_fail(
    sbom: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert licence_of("no-such-package-of-ours") is None
    monkeypatch.setattr(sbom, "licence_of", {"flask": "AGPL-3.0-only"}.get)
    pinned = [Package("flask", "3.1.2"), Package("unheard-of", "1.0")]
    monkeypatch.setattr(sbom, "locked_packages", lambda: pinned)
    assert sbom.main() == 1
    said = capsys.readouterr().err
    assert "flask: AGPL-3.0-only isn't a licence that we may use" in said
    assert "unheard-of: its licence isn't known" in said
    assert not sbom.FILE.exists()


def test_what_stands_by_hand_is_locked_and_each_licence_has_its_reason() -> None:
    assert set(BY_HAND) <= {each.name for each in locked_packages()}
    assert all(ALLOWED.values())

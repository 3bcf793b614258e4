"""The WordPress plugin's files agree with each other, and its package holds what it should."""

import re
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from scripts import plugin, plugin_texts
from tests.architecture.sources import ROOT

PLUGIN = plugin.SOURCE
PHP = sorted(PLUGIN.rglob("*.php"))
LONGEST_FILE = 300


def _read(name: str) -> str:
    return (PLUGIN / name).read_text(encoding="utf-8")


def _header(name: str) -> str:
    found = re.search(rf"^ \* {re.escape(name)}:\s+(.+)$", _read("tillside.php"), re.MULTILINE)
    assert found is not None, name
    return found[1]


def _readme(name: str) -> str:
    found = re.search(rf"^{re.escape(name)}: (.+)$", _read("readme.txt"), re.MULTILINE)
    assert found is not None, name
    return found[1]


def test_the_version_is_told_alike_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    version = project["project"]["version"]
    assert _header("Version") == _readme("Stable tag") == version
    assert f"define( 'TILLSIDE_VERSION', '{version}' );" in _read("tillside.php")
    assert f"= {version} =" in _read("readme.txt").partition("== Changelog ==")[2]


@pytest.mark.parametrize("name", ["Requires at least", "Requires PHP", "License", "License URI"])
def test_the_readme_and_the_header_ask_for_the_same(name: str) -> None:
    assert _header(name) == _readme(name)


def test_the_header_says_what_stores_read() -> None:
    assert _header("Requires Plugins") == "woocommerce"
    assert _header("WC requires at least") == "8.2"
    assert _header("WC tested up to") == "10.5"
    assert _header("Text Domain") == PLUGIN.name == "tillside"
    assert _header("Domain Path") == "/languages"


def test_the_readme_names_the_service_and_the_default_is_that() -> None:
    assert "define( 'TILLSIDE_APP_URL', 'https://app.tillside.example' );" in _read(
        "includes/service.php"
    )
    for said in ("https://app.tillside.example", "https://tillside.example/privacy", "An external"):
        assert said in _read("readme.txt")


@pytest.mark.parametrize("path", PHP, ids=lambda path: path.name)
def test_no_file_can_be_called_by_itself_and_all_names_are_ours(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    guard = "WP_UNINSTALL_PLUGIN" if path.name == "uninstall.php" else "ABSPATH"
    assert f"defined( '{guard}' ) || exit;" in source
    assert source.count("\n") <= LONGEST_FILE
    names = re.findall(r"^(?:function|class|const) (\w+)", source, re.MULTILINE)
    assert [name for name in names if not name.lower().startswith("tillside_")] == []
    assert (
        re.findall(r"\b(?:eval|base64_decode|unserialize|file_get_contents|curl_\w+)\(", source)
        == []
    )


def test_every_part_is_loaded() -> None:
    loaded = set(re.findall(r"'/([a-z-]+\.php)'", _read("includes/load.php")))
    parts = {path.name for path in (PLUGIN / "includes").glob("*.php")}
    assert parts - loaded == {"load.php", "uninstalling.php"}
    assert loaded - parts == set()


def test_the_script_knows_no_secret_and_listens_to_one_origin() -> None:
    script = _read("assets/panel.js")
    assert "secret" not in re.sub(r"/\*.*?\*/", "", script, flags=re.DOTALL)
    assert "event.origin !== this.origin || event.source !== this.frame.contentWindow" in script
    assert "'*'" not in script


def test_the_texts_are_current_and_translated_whole() -> None:
    assert plugin_texts.problems() == []


def test_the_package_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    first = plugin.pack(tmp_path / "a" / "tillside.zip")
    second = plugin.pack(tmp_path / "b" / "tillside.zip")
    assert first.read_bytes() == second.read_bytes()


def test_the_package_has_what_runs_and_nothing_else(tmp_path: Path) -> None:
    with ZipFile(plugin.pack(tmp_path / "tillside.zip")) as packed:
        names = packed.namelist()
        assert packed.testzip() is None
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in packed.infolist()} == {0o100644}
    assert names == sorted(names)
    assert {name.partition("/")[0] for name in names} == {"tillside"}
    assert {
        "tillside/tillside.php",
        "tillside/uninstall.php",
        "tillside/readme.txt",
        "tillside/license.txt",
        "tillside/assets/panel.js",
        "tillside/assets/panel.css",
        "tillside/languages/tillside.pot",
        *(f"tillside/languages/tillside-{each}.mo" for each in plugin_texts.LANGUAGES),
    } <= set(names)
    assert len(names) == len(list(plugin.shipped()))
    assert [name for name in names if re.search(r"test|phpcs|/\.|node_modules", name)] == []


def test_what_lies_about_stays_out(tmp_path: Path) -> None:
    source = tmp_path / "tillside"
    source.mkdir()
    for name in ("tillside.php", ".hidden", "notes.md", "panel.js.map", "backup.php~"):
        (source / name).write_text("x")
    assert [path.name for path in plugin.shipped(source)] == ["tillside.php"]

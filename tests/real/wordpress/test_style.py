"""PHP itself and PHP_CodeSniffer read the plugin, and so do a few rules of ours."""

import os
import re
import subprocess

import pytest

from scripts import plugin, plugin_site

pytestmark = pytest.mark.real

FILES = [plugin.SOURCE / path for path in plugin.shipped() if path.suffix == ".php"]
# What an `echo` may be followed by: what escapes, or a constant.
ESCAPED = re.compile(
    r"""^(?:esc_\w+\(|\$\w+\s*\?|'(?:[^'<]|<(?!\?))*'\s*(?:;|\.\s*esc_\w+\())""", re.VERBOSE
)


@pytest.fixture(autouse=True)
def _tools() -> None:
    if plugin_site.lacking():
        pytest.skip("PHP and PHP_CodeSniffer (python scripts/plugin_packages.py)")


def test_php_can_read_every_file() -> None:
    php = plugin_site.program("php")
    assert php is not None
    assert len(FILES) > 15
    for path in FILES:
        done = subprocess.run([php, "-l", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert done.stderr == ""


def test_its_style_is_wordpress() -> None:
    phpcs = plugin_site.program("phpcs")
    assert phpcs is not None
    # Its XML and tokenizer extensions may be newer than the tool itself.
    done = subprocess.run(
        [phpcs, "--standard=phpcs-bundled.xml", "-q"],
        cwd=plugin.SOURCE.parent,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_everything_that_is_printed_is_escaped(path: os.PathLike[str]) -> None:
    with open(path, encoding="utf-8") as opened:
        source = opened.read()
    printed = re.findall(r"\becho\s+(.*)", source)
    assert [line for line in printed if not ESCAPED.match(line)] == []
    assert re.findall(r"\b(?:print|vprintf|print_r|var_dump)\s*\(", source) == []
    formats = re.findall(r"\bprintf\(\s*(?:/\*.*?\*/\s*)?(\w+)", source)
    assert set(formats) <= {"esc_html__"}

"""The plugin keeps Plugin Check's rules, as far as reading it can tell, and each rule finds."""

import re
from pathlib import Path

import pytest

from scripts import plugin
from tests.ui_embed.woocommerce.plugin_rules import RULES

FILES = [plugin.SOURCE / path for path in plugin.shipped() if path.suffix == ".php"]
README = (plugin.SOURCE / "readme.txt").read_text(encoding="utf-8")
HEADER = (plugin.SOURCE / "tillside.php").read_text(encoding="utf-8")
WRONG = {
    "translates_its_own": [
        "__( 'Hello' );",
        "esc_html__( 'Hello', 'woocommerce' );",
        "esc_html_e( $text, 'tillside' );",
        "_x( 'Post', 'tillside' );",
    ],
    "obfuscates_nothing": [
        "eval( $code );",
        "$x = base64_decode( 'aGk=' );",
        "`ls`;",
        "exec( 'ls' );",
        f"$x = '{'QUJD' * 60}';",
    ],
    "uses_wordpress_own": ["curl_init();", "var_dump( $x );", "file_put_contents( $a, $b );"],
    "queries_prepared": ['$wpdb->query( "DELETE FROM x WHERE y = $z" );'],
    "guards_what_it_takes": [
        "$x = sanitize_key( wp_unslash( $_POST['x'] ) );",
        "echo $_GET['x'];",
    ],
    "routes_ask_who": [
        "register_rest_route( 'a', 'b', array( 'callback' => 'x' ) );",
        "register_rest_route( 'a', 'b', array( 'callback' => 'x',"
        " 'permission_callback' => '__return_true' ) );",
    ],
    "loads_nothing_from_elsewhere": [
        "wp_enqueue_script( 'x', 'https://cdn.jsdelivr.net/x.js', array(), TILLSIDE_VERSION );",
        "wp_enqueue_style( 'x', plugins_url( 'x.css', TILLSIDE_FILE ), array() );",
        "echo '<img src=\"https://elsewhere.example/x.png\">';",
    ],
    "keeps_to_its_place": [
        "add_filter( 'pre_set_site_transient_update_plugins', 'x' );",
        "$url = 'http://localhost:8080';",
    ],
    "tags_are_plain": ["?><?= $x ?>", "?><? echo 1; ?>"],
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_plugin_keeps_each_rule(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert {name: found for name, rule in RULES.items() if (found := list(rule(source)))} == {}


def test_each_rule_has_its_wrong_examples() -> None:
    assert set(WRONG) == set(RULES)


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for name, lines in WRONG.items() for line in lines]
)
def test_what_is_wrong_is_found(name: str, line: str) -> None:
    assert list(RULES[name](f"<?php\n{line}\n")) != []
    assert list(RULES[name](f"<?php\n/* {line.replace('*/', '')} */\n// nothing\n")) == [] or (
        name in ("tags_are_plain", "obfuscates_nothing")
    )


def _of_readme(name: str) -> str:
    found = re.search(rf"^{name}:\s*(.+)$", README, re.MULTILINE)
    assert found, name
    return found[1].strip()


def test_the_readme_has_what_the_directory_asks_for() -> None:
    assert re.match(r"=== Tillside for WooCommerce ===\n", README)
    assert len(_of_readme("Tags").split(",")) <= 5
    assert _of_readme("Contributors")
    assert re.fullmatch(r"\d+\.\d+", _of_readme("Tested up to"))
    assert re.fullmatch(r"\d+\.\d+\.\d+", _of_readme("Stable tag"))
    assert _of_readme("License") == "GPL-2.0-or-later"
    short = README.partition("\n\n")[2].partition("\n")[0]
    assert 0 < len(short) <= 150
    for section in ("Description", "Installation", "Frequently Asked Questions", "Changelog"):
        assert f"== {section} ==" in README, section
    assert "Here is a short description" not in README


def test_the_name_begins_with_nobody_elses() -> None:
    name = re.search(r"Plugin Name:\s*(.+)", HEADER)
    assert name
    assert not name[1].lower().startswith(("woo", "wordpress", "wp ", "shopify"))
    assert name[1].strip().endswith("for WooCommerce")
    assert "Update URI" not in HEADER
    assert re.search(r"Text Domain:\s*tillside\n", HEADER)


def test_only_files_of_known_kinds_are_shipped_and_none_is_heavy() -> None:
    kinds = {path.suffix for path in plugin.shipped()}
    assert kinds <= {".php", ".css", ".js", ".txt", ".po", ".mo", ".pot"}
    assert not any(part.startswith(".") for path in plugin.shipped() for part in path.parts)
    sizes = [(plugin.SOURCE / path).stat().st_size for path in plugin.shipped()]
    assert max(sizes) < 200_000
    script = (plugin.SOURCE / "assets" / "panel.js").read_text(encoding="utf-8")
    assert max(map(len, script.splitlines())) < 200

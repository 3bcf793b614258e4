"""The theme app extension: its blocks, what they print, and their words in every language."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[3] / "ui_embed" / "shopify" / "extensions" / "tillside-chat"
BLOCKS = ("chat", "form")
LANGUAGES = ("el", "he", "cs", "pl")


def _liquid(block: str) -> str:
    return (FOLDER / "blocks" / f"{block}.liquid").read_text(encoding="utf-8")


def _schema(block: str) -> dict[str, Any]:
    found = re.search(r"{% schema %}(.*){% endschema %}", _liquid(block), re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def _words(language: str) -> dict[str, dict[str, str]]:
    name = "en.default" if language == "en" else language
    told: dict[str, dict[str, str]] = json.loads(
        (FOLDER / "locales" / f"{name}.schema.json").read_text(encoding="utf-8")
    )
    return told


def test_it_is_a_theme_extension() -> None:
    manifest = tomllib.loads((FOLDER / "shopify.extension.toml").read_text())
    assert (manifest["type"], manifest["handle"]) == ("theme", "tillside-chat")


def test_the_chat_is_an_embed_and_the_form_a_block() -> None:
    assert _schema("chat")["target"] == "body"
    assert _schema("form")["target"] == "section"


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_prints_one_script_of_ours_and_escapes_what_was_typed(block: str) -> None:
    liquid = _liquid(block)
    assert liquid.count("<script") == liquid.count("></script>") == 1
    assert "/widget.js" in liquid
    assert "async" in liquid
    printed = re.findall(r"{{(.*?)}}", liquid)
    assert printed
    escaped = [each for each in printed if "block.shopify_attributes" not in each]
    assert all(each.strip().endswith("| escape") for each in escaped)


def test_only_a_signed_in_customers_page_asks_the_app_proxy() -> None:
    told = re.search(r'{% if customer %}data-proof-url="(.*?)"{% endif %}', _liquid("chat"))
    app = tomllib.loads((FOLDER.parents[1] / "shopify.app.toml").read_text())["app_proxy"]
    assert told is not None
    # Shopify passes /{prefix}/{subpath}/chat on to {url}/chat.
    assert told[1] == f"/{app['prefix']}/{app['subpath']}/chat"
    assert app["url"].endswith("/shopify/proxy")


@pytest.mark.parametrize("block", BLOCKS)
def test_a_blocks_words_stand_in_every_language(block: str) -> None:
    schema = json.dumps(_schema(block))
    names = re.findall(r'"t:([\w.]+)"', schema)
    assert len(names) == 4
    for language in ("en", *LANGUAGES):
        for name in names:
            part, _, word = name.partition(".")
            assert _words(language)[part][word], (language, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_languages_have_the_same_words(language: str) -> None:
    english = {part: sorted(words) for part, words in _words("en").items()}
    assert {part: sorted(words) for part, words in _words(language).items()} == english

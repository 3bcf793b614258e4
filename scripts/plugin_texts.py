"""The WordPress plugin's texts: collects them, keeps the translations current, compiles them.

Without an argument it writes languages/tillside.pot, merges every .po with it and compiles every
.mo. `--check` writes nothing and names what is missing, left over, or not compiled.
"""

from __future__ import annotations

import io
import re
import struct
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PLUGIN = ROOT / "ui_embed" / "woocommerce" / "tillside"
LANGUAGES = ("el", "he_IL", "cs_CZ", "pl_PL")
DOMAIN = "tillside"

# WordPress' functions whose first argument is a text; ours need no plurals and no contexts yet.
_CALL = re.compile(
    r"\b(?P<name>_[_enx]x?|esc_(?:html|attr)_[_ex])\(\s*'(?P<text>(?:[^'\\]|\\.)*)'"
    r"(?P<rest>\s*,\s*'tillside'\s*\))?"
)
_KNOWN = frozenset({"__", "_e", "esc_html__", "esc_html_e", "esc_attr__", "esc_attr_e"})
_HINT = re.compile(r"/\*\s*(translators:.*?)\s*\*/\s*$", re.DOTALL)
# WordPress translates these lines of the plugin's header too.
_HEADER = re.compile(r"^ \* (?:Plugin Name|Description):\s+(.+)$", re.MULTILINE)
# What would change with every run or with Babel's version.
_RESTLESS = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team):.*\n',
    re.MULTILINE,
)
_PLACE = re.compile(r"%(?:\d+\$)?[sd]")
_STILL = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    """0 when all is current, 1 when `--check` found something."""
    if arguments == ["--check"]:
        found = problems()
        print("\n".join(found) or "the plugin's texts are current and complete")
        return 1 if found else 0
    write()
    return 0


def collect() -> Catalog:
    """Every text of the plugin, with where it stands."""
    catalog = _empty()
    for path in sorted(PLUGIN.rglob("*.php")):
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(PLUGIN).as_posix()
        for line, text, hints in _texts(source):
            catalog.add(text, locations=[(name, line)], auto_comments=hints)
        if name == f"{DOMAIN}.php":
            for match in _HEADER.finditer(source):
                hints = ["The plugin's header."]
                catalog.add(match[1], locations=[(name, _line(source, match))], auto_comments=hints)
    return catalog


def problems() -> list[str]:
    """What is wrong with the committed files, a sentence each."""
    wanted = collect()
    texts = {str(each.id) for each in wanted if each.id}
    found = [] if texts == set(_held(_read(None))) else [f"{DOMAIN}.pot is not current"]
    for language in LANGUAGES:
        catalog = _read(language)
        held = _held(catalog)
        found += [f"{language} lacks: {text}" for text in sorted(texts - set(held))]
        found += [f"{language} has what is no more: {text}" for text in sorted(set(held) - texts)]
        found += [f"{language} doesn't translate: {text}" for text in texts if not held.get(text)]
        unsure = [each.id for each in catalog if each.fuzzy and each.id]
        found += [f"{language} is unsure of: {text}" for text in unsure]
        found += [
            f"{language} loses a place: {text}"
            for text, translated in held.items()
            if sorted(_PLACE.findall(text)) != sorted(_PLACE.findall(translated))
        ]
        compiled = _path(language, ".mo").read_bytes()
        if _held(read_mo(io.BytesIO(compiled))) != held or compiled[24:28] == bytes(4):
            found.append(f"{language} is not compiled anew")
    return found


def write() -> None:
    """Bring the files up to date; texts that are new stand untranslated in the .po files."""
    wanted = collect()
    _write_po(_path(None, ".pot"), wanted)
    for language in LANGUAGES:
        path = _path(language, ".po")
        catalog = _read(language) if path.exists() else _empty(language)
        catalog.update(wanted, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _write_po(path, catalog)
        _path(language, ".mo").write_bytes(_compiled(catalog))
        held = _held(catalog)
        print(f"{path.relative_to(ROOT)}: {sum(map(bool, held.values()))} of {len(held)}")


def _compiled(catalog: Catalog) -> bytes:
    """The catalogue as .mo. Babel tells no place of its empty table of hashes; WordPress wants it:
    it reads the translations' index from its begin to there (wp-includes/pomo/mo.php).
    """
    written = io.BytesIO()
    write_mo(written, catalog)
    whole = bytearray(written.getvalue())
    (count,) = struct.unpack_from("=I", whole, 8)
    struct.pack_into("=I", whole, 24, 7 * 4 + 2 * 8 * count)
    return bytes(whole)


def _texts(source: str) -> Iterator[tuple[int, str, list[str]]]:
    for match in _CALL.finditer(source):
        if match["name"] not in _KNOWN or match["rest"] is None:
            raise ValueError(f"a text that can't be collected: {match[0]}")
        hint = _HINT.search(source[: source.rfind("\n", 0, match.start())])
        text = re.sub(r"\\(['\\])", r"\1", match["text"])
        yield _line(source, match), text, [hint[1]] if hint else []


def _line(source: str, match: re.Match[str]) -> int:
    return source.count("\n", 0, match.start()) + 1


def _empty(language: str | None = None) -> Catalog:
    return Catalog(
        locale=language,
        domain=DOMAIN,
        project="Tillside for WooCommerce",
        version="0.1.0",
        msgid_bugs_address="https://tillside.example/woocommerce",
        header_comment="# The Tillside plugin's texts, under its licence, GPL-2.0-or-later.",
        creation_date=_STILL,
        revision_date=_STILL,
        fuzzy=False,
    )


def _path(language: str | None, suffix: str) -> Path:
    name = f"{DOMAIN}-{language}" if language else DOMAIN
    return PLUGIN / "languages" / f"{name}{suffix}"


def _read(language: str | None) -> Catalog:
    path = _path(language, ".po" if language else ".pot")
    return read_po(io.BytesIO(path.read_bytes()), locale=language, domain=DOMAIN)


def _write_po(path: Path, catalog: Catalog) -> None:
    written = io.BytesIO()
    write_po(written, catalog, width=0, sort_by_file=True)
    path.write_text(_RESTLESS.sub("", written.getvalue().decode()), encoding="utf-8")


def _held(catalog: Catalog) -> dict[str, str]:
    return {str(each.id): str(each.string or "") for each in catalog if each.id}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Packs the WordPress plugin: build/tillside.zip, the same bytes from the same files."""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "ui_embed" / "woocommerce" / "tillside"
BUILT = ROOT / "build" / "tillside.zip"
# What WordPress reads; anything else that lies about stays out.
SHIPPED = frozenset({".php", ".js", ".css", ".txt", ".pot", ".po", ".mo"})
# The earliest time that a zip can tell.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16


def shipped(source: Path = SOURCE) -> list[Path]:
    """The files of the plugin, sorted, relative to its folder."""
    found = (path for path in source.rglob("*") if path.is_file() and path.suffix in SHIPPED)
    return sorted(path.relative_to(source) for path in found)


def pack(target: Path, source: Path = SOURCE) -> Path:
    """Write the zip, whose one folder is the plugin's slug; returns its path."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(target, "w") as packed:
        for path in shipped(source):
            entry = ZipInfo(f"{source.name}/{path.as_posix()}", _LONG_AGO)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = _PLAIN_FILE
            entry.create_system = 3
            packed.writestr(entry, (source / path).read_bytes())
    return target


def main() -> int:
    """Pack it and say where it is."""
    built = pack(BUILT)
    print(f"{built.relative_to(ROOT)}: {len(shipped())} files, {built.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Bring the Admin API schemas of npm's `@shopify/dev-mcp` into the stand-in Shopify's data folder.

    python scripts/cut_shopify_schema.py [--version 1.16.0]

Runs `npm pack` in a temporary directory and copies the introspection of every dated Admin API
version that the package ships (`unstable` is left out: it changes under a fixed name). The files
are below 1 MB each, so they are kept whole. Files of versions that have left the package are
removed, so that the folder always says what is supported now.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@shopify/dev-mcp"
TARGET = Path(__file__).resolve().parent.parent / "simulators" / "shopify" / "schema"
DATED = re.compile(r"package/dist/data/(admin_\d{4}-\d{2}\.json\.gz)")
README = """# Admin API schemas

Introspection of Shopify's Admin GraphQL API, one file per supported version, as shipped in the
npm package `{package}` {version} (`dist/data/`), unchanged. ISC licence, see `LICENSE`.

`data.__schema` is the introspection itself (`build_client_schema(data, assume_valid=True)`);
`offline_scopes` lists the access scopes that each type and field asks for.

Renew with `python scripts/cut_shopify_schema.py`.
"""


def pack(version: str, folder: Path) -> Path:
    """The package's archive, downloaded by npm into `folder`."""
    wanted = f"{PACKAGE}@{version}" if version else PACKAGE
    subprocess.run(["npm", "pack", "--silent", wanted], cwd=folder, check=True)
    return next(folder.glob("*.tgz"))


def unpack(archive: Path, target: Path) -> tuple[str, list[str]]:
    """Copy schemas and licence into `target`; gives the package's version and the file names."""
    kept: dict[str, bytes] = {}
    licence, version = b"", ""
    with tarfile.open(archive) as tar:
        for member in tar:
            stream = tar.extractfile(member)
            if stream is None:
                continue
            if match := DATED.fullmatch(member.name):
                kept[match[1]] = stream.read()
            elif member.name == "package/LICENSE":
                licence = stream.read()
            elif member.name == "package/package.json":
                version = json.loads(stream.read())["version"]
    if not kept or not licence:
        raise SystemExit("the package holds no dated Admin schema or no licence")
    for content in kept.values():
        json.loads(gzip.decompress(content))["data"]["__schema"]
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("admin_*.json.gz"):
        old.unlink()
    for name, content in kept.items():
        (target / name).write_bytes(content)
    (target / "LICENSE").write_bytes(licence)
    return version, sorted(kept)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--version", default="", help="of the npm package; the newest by default")
    chosen = parser.parse_args().version
    if shutil.which("npm") is None:
        raise SystemExit("npm is needed to fetch the package")
    with tempfile.TemporaryDirectory() as folder:
        version, names = unpack(pack(chosen, Path(folder)), TARGET)
    (TARGET / "README.md").write_text(README.format(package=PACKAGE, version=version))
    print(f"{PACKAGE} {version}: {', '.join(names)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

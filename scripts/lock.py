"""Work out requirements.lock from pyproject.toml. Needs uv on the PATH and the package index.

With `--upgrade` everything moves to its newest version; without, only what has to.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# For every platform and from the oldest Python on; by its hashes, so that no host is named.
OPTIONS = (
    "--universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url"
    " --no-emit-find-links --extra dev --quiet"
).split()


def main(arguments: list[str]) -> int:
    """The exit status of uv."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        print("Locking needs uv: .venv/bin/pip install uv, and again.", file=sys.stderr)
        return 1
    command = [uv, "pip", "compile", *OPTIONS, "pyproject.toml", "-o", "requirements.lock"]
    return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the tests of the WordPress plugin need from the system, and where it is.

PHP, MariaDB and PHP_CodeSniffer are Debian's packages. WordPress itself is only unpacked: its
package would start a web server on the machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNPACKED = ROOT / "build" / "wordpress"
# What its package takes from others and a page of the admin loads.
PACKAGES = ("wordpress", "libjs-underscore", "libjs-cropper", "php-getid3")
_PLACES = (Path("/usr/share/wordpress"), UNPACKED / "usr" / "share" / "wordpress")
_SYSTEM = "/usr/sbin"


def wordpress() -> Path | None:
    """The folder of WordPress: $WORDPRESS, else as Debian packs it; None where it is not."""
    wanted = os.environ.get("WORDPRESS")
    places = (Path(wanted),) if wanted else _PLACES
    return next((place for place in places if (place / "wp-load.php").is_file()), None)


def program(name: str) -> str | None:
    """The path of a program, also of one that only root has on its PATH."""
    return shutil.which(name) or shutil.which(name, path=_SYSTEM)


def lacking() -> list[str]:
    """Debian's packages that have to be installed here."""
    needed = {
        "php-cli": program("php"),
        "php-mysql": _php_has("mysqli"),
        "mariadb-server-core": program("mariadbd"),
        "php-codesniffer": program("phpcs"),
    }
    return [package for package, found in needed.items() if not found]


def _php_has(extension: str) -> bool:
    php = program("php")
    if php is None:
        return False
    told = subprocess.run([php, "-m"], capture_output=True, text=True, check=False).stdout
    return extension in told.split()

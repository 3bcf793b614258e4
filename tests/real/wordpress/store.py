"""A real WordPress with the plugin as it is packed, and a stand-in for WooCommerce beside it."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import requests

from integration.processes.ports import free_port
from scripts import plugin, plugin_site

HERE = Path(__file__).resolve().parent
# The server forks: a request that waits for our stand-in of the service holds up no other.
_WORKERS = "3"


@dataclass(slots=True)
class Store:
    """A running site. `app_url` is the service that its plugin is configured with."""

    folder: Path
    url: str
    app_url: str
    environment: dict[str, str]
    people: dict[str, int]
    browsers: dict[str, requests.Session] = field(default_factory=dict)

    @property
    def notices(self) -> Path:
        """The file in which PHP's notices stand."""
        return Path(self.environment["SITE_NOTICES"])

    def php(self, code: str, *, user: int = 0, admin: bool = False, **values: object) -> Any:
        """What PHP code returns inside the site; `values` are its variables, all JSON."""
        script = self.folder.parent / f"asked-{hash(code) & 0xFFFF_FFFF:x}.php"
        script.write_text(f"<?php\n{code}\n")
        return self.run(script, user=user, admin=admin, **values)

    def run(self, script: Path, *, user: int = 0, admin: bool = False, **values: object) -> Any:
        """What a PHP file returns inside the site."""
        asked = {"script": str(script), "user": user, "admin": admin, "values": values}
        address = f"{self.url}/{self.environment['SITE_RUNS_AT']}"
        answer = requests.post(address, json=asked, timeout=60)
        assert answer.status_code == 200, answer.text[-2000:]
        assert answer.headers["Content-Type"] == "application/json", answer.text[-2000:]
        return answer.json()

    def connect(self, **changes: str) -> dict[str, str]:
        """Connect it, as if the service had handed over; returns the installation."""
        installation = {
            "installation_id": "ins_1",
            "secret": "S3cret-" + "x" * 40,
            "app_url": self.app_url,
            "panel_url": f"{self.app_url}/panel?store=127.0.0.1%3A8080",
            "credential": "key:0",
            **changes,
        }
        self.php("tillside_store_installation( $installation );", installation=installation)
        return installation

    def browser_of(self, name: str) -> requests.Session:
        """The browser of a person who has signed in; the same one each time."""
        if name in self.browsers:
            return self.browsers[name]
        session = requests.Session()
        session.trust_env = False
        session.get(f"{self.url}/wp-login.php", timeout=60)
        data = {"log": name, "pwd": name, "testcookie": "1"}
        answer = session.post(f"{self.url}/wp-login.php", data=data, timeout=60)
        assert any(each.name.startswith("wordpress_logged_in") for each in session.cookies)
        answer.close()
        self.browsers[name] = session
        return session

    def nonce_of(self, browser: requests.Session) -> str:
        """The nonce that WordPress gives pages of this browser for REST."""
        page = browser.get(f"{self.url}/wp-admin/admin-ajax.php?action=rest-nonce", timeout=60)
        assert re.fullmatch("[0-9a-f]{10}", page.text), page.text
        return page.text


@contextmanager
def running_store(folder: Path, database: Path, app_url: str) -> Iterator[Store]:
    """A site of its own, installed and served until the end."""
    site = folder / "site"
    port = free_port()
    environment = {
        **os.environ,
        "SITE_FOLDER": str(site),
        "SITE_DATABASE": str(database),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "SITE_APP_URL": app_url,
        # Nobody but the tests guesses it.
        "SITE_RUNS_AT": secrets.token_hex(16),
        "SITE_NOTICES": str(folder / "notices"),
        "PHP_CLI_SERVER_WORKERS": _WORKERS,
    }
    _lay_out(site, folder)
    _php(HERE / "site" / "install.php", environment)
    store = Store(site, environment["SITE_URL"], app_url, environment, {})
    with _serving(site, port, environment):
        store.people = store.run(HERE / "site" / "people.php")
        yield store


def _lay_out(site: Path, folder: Path) -> None:
    source = plugin_site.wordpress()
    assert source is not None
    shutil.copytree(source, site, ignore=_dangling)
    shutil.copy(HERE / "site" / "wp-config.php", site)
    content = site / "wp-content"
    (content / "mu-plugins").mkdir(parents=True)
    for always in ("notices.php", "hebrew.php"):
        shutil.copy(HERE / "site" / always, content / "mu-plugins")
    shutil.rmtree(content / "plugins", ignore_errors=True)
    shutil.copytree(HERE / "stand_in", content / "plugins" / "woocommerce")
    with ZipFile(plugin.pack(folder / "tillside.zip")) as packed:
        packed.extractall(content / "plugins")


def _dangling(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not (Path(folder) / name).exists()]


def _php(script: Path, environment: dict[str, str]) -> None:
    php = plugin_site.program("php")
    assert php is not None
    done = subprocess.run(
        [php, "-d", "display_errors=stderr", str(script)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr + done.stdout


@contextmanager
def _serving(site: Path, port: int, environment: dict[str, str]) -> Iterator[None]:
    php = plugin_site.program("php")
    assert php is not None
    options = ["-d", "opcache.enable=1", "-d", "opcache.enable_cli=1"]
    address = ["-S", f"127.0.0.1:{port}", "-t", str(site), str(HERE / "site" / "router.php")]
    with (site.parent / "served").open("wb") as log:
        server = subprocess.Popen(
            [php, *options, *address],
            env=environment,
            stdout=log,
            stderr=log,
            # A group of its own: its workers end with it.
            start_new_session=True,
        )
    try:
        _wait(port, server)
        yield
    finally:
        os.killpg(server.pid, 9)
        server.wait()


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return

"""A real Dovecot and an SMTP server for the tests, on this machine only, each ended by its pid.

    with running_dovecot() as dovecot, running_smtp() as smtp:
        dovecot.deliver(raw)                     # is in INBOX, as if it had come by mail
        settings = dovecot.settings() | smtp.settings()

Both are Debian's or Python's real programs in processes of their own: they can be killed and
started again on the files that they have. Nothing of Debian's own set-up of Dovecot is read.
"""

import os
import pwd
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from integration.processes.ports import free_port
from scripts import mail_programs
from tests.real.certificates import Certificate, make_certificate
from tests.real.mail_processes import await_ports, end, whose

USER = "shop@tillside.test"
PASSWORD = "correct horse 5"
HOST = "localhost"


class DovecotServer:
    """An IMAP server with one mailbox. `port` takes STARTTLS and, from here, plain; `tls_port` TLS.

    Its certificate is for `localhost`, signed by `certificate.path` (set SSL_CERT_FILE to it).
    """

    user = USER
    password = PASSWORD
    host = HOST

    def __init__(self, folder: Path, certificate: Certificate) -> None:
        self.folder = folder
        self.certificate = certificate
        self.port = free_port()
        self.tls_port = free_port((self.port,))
        self.who = whose()
        self.process: subprocess.Popen[bytes] | None = None
        self._delivered = 0

    @property
    def maildir(self) -> Path:
        """The folder of the mailbox's mails."""
        return self.folder / "mail"

    @property
    def pid(self) -> int:
        """Its first process."""
        assert self.process is not None
        return self.process.pid

    def settings(self, *, tls: str = "none") -> dict[str, Any]:
        """What a mail channel's settings say of it. `tls` is none, starttls or tls."""
        port = self.tls_port if tls == "tls" else self.port
        return {
            "imap_host": self.host,
            "imap_port": port,
            "imap_tls": tls,
            "imap_user": self.user,
        }

    def start(self) -> None:
        """Start it on the files that it has; returns once it answers."""
        self._write_configuration()
        # What a killed one left: it would be taken for one that runs.
        for left in (self.folder / "run").rglob("*"):
            if left.is_socket() or left.is_fifo():
                left.unlink()
        program = mail_programs.dovecot()
        assert program is not None
        log = (self.folder / "log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [program, "-F", "-c", str(self.folder / "dovecot.conf")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                **self.who,
            )
        await_ports(self.process, (self.port, self.tls_port), self.folder / "log")

    def kill(self) -> None:
        """SIGKILL to it and all its processes; returns once all are gone."""
        end(self.process, signal.SIGKILL)
        self.process = None

    def stop(self) -> None:
        """End it in good order, where it runs."""
        end(self.process, signal.SIGTERM)
        self.process = None

    def deliver(self, raw: bytes) -> None:
        """Put a mail into INBOX."""
        self._delivered += 1
        name = f"{int(time.time())}.M{self._delivered:06d}P{os.getpid()}.test"
        coming = self.maildir / "tmp" / name
        coming.write_bytes(raw)
        self._hand_over(coming)
        coming.rename(self.maildir / "new" / name)

    def mails(self) -> list[bytes]:
        """What is in INBOX, seen or not."""
        return [
            path.read_bytes()
            for part in ("cur", "new")
            for path in sorted((self.maildir / part).iterdir())
        ]

    def forget_uids(self) -> None:
        """Make it give all mails new UIDs under a new UIDVALIDITY. Call it while it is stopped."""
        assert self.process is None
        for path in self.maildir.glob("dovecot*"):
            path.unlink()
        # Dovecot takes the second of the clock as UIDVALIDITY.
        time.sleep(1.1)

    def set_up(self) -> None:
        """Make its folders and files; once."""
        for part in ("run", "state", "mail", "mail/cur", "mail/new", "mail/tmp"):
            path = self.folder / part
            path.mkdir()
            self._hand_over(path)
        for path in (self.folder, self.certificate.path, self.certificate.key_path):
            self._hand_over(path)

    def _hand_over(self, path: Path) -> None:
        if self.who:
            os.chown(path, self.who["user"], self.who["group"])

    def _write_configuration(self) -> None:
        uid = self.who.get("user", os.geteuid())
        gid = self.who.get("group", os.getegid())
        names = {
            "folder": self.folder,
            "port": self.port,
            "tls_port": self.tls_port,
            "me": pwd.getpwuid(uid).pw_name,
            "uid": uid,
            "gid": gid,
            "cert": self.certificate.path,
            "key": self.certificate.key_path,
        }
        users = self.folder / "users"
        users.write_text(f"{self.user}:{{PLAIN}}{self.password}::::::\n")
        configuration = self.folder / "dovecot.conf"
        template = Path(__file__).with_name("dovecot.conf").read_text()
        configuration.write_text(
            re.sub(r"@(\w+)@", lambda found: str(names[found.group(1)]), template)
        )
        for path in (users, configuration):
            self._hand_over(path)


class SmtpServer:
    """An SMTP server that keeps what it takes as files. `port` takes STARTTLS, `tls_port` TLS.

    Recipients are answered by what their local part begins with: `refused` 550, `later` 451,
    `full` 452 after DATA; `drop` breaks the connection after DATA, `slow` takes a second.
    """

    user = USER
    password = PASSWORD
    host = HOST

    def __init__(self, folder: Path, certificate: Certificate) -> None:
        self.folder = folder
        self.certificate = certificate
        self.port = free_port()
        self.tls_port = free_port((self.port,))
        self.process: subprocess.Popen[bytes] | None = None
        (folder / "taken").mkdir()

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.process is not None
        return self.process.pid

    def settings(self, *, tls: str = "none") -> dict[str, Any]:
        """What a mail channel's settings say of it. `tls` is none, starttls or tls."""
        port = self.tls_port if tls == "tls" else self.port
        return {
            "smtp_host": self.host,
            "smtp_port": port,
            "smtp_tls": tls,
            "smtp_user": self.user,
        }

    def start(self) -> None:
        """Start it; returns once it answers."""
        command = [
            *(sys.executable, "-W", "ignore"),
            str(Path(__file__).with_name("smtp_server.py")),
            *("--port", str(self.port), "--tls-port", str(self.tls_port)),
            *("--folder", str(self.folder / "taken")),
            *("--user", self.user, "--password", self.password),
            *("--cert", str(self.certificate.path), "--key", str(self.certificate.key_path)),
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        await_ports(self.process, (self.port, self.tls_port), self.folder / "log")

    def kill(self) -> None:
        """SIGKILL; returns once it is gone."""
        end(self.process, signal.SIGKILL)
        self.process = None

    def stop(self) -> None:
        """End it in good order, where it runs."""
        end(self.process, signal.SIGTERM)
        self.process = None

    def taken(self) -> list[bytes]:
        """The mails that it answered 250 for, in their order, as they came."""
        return [path.read_bytes() for path in sorted((self.folder / "taken").glob("*.eml"))]

    def recipients(self) -> list[list[str]]:
        """The recipients of each, in the same order."""
        return [
            path.read_text(encoding="utf-8").splitlines()[1:]
            for path in sorted((self.folder / "taken").glob("*.envelope"))
        ]


@contextmanager
def running_dovecot() -> Iterator[DovecotServer]:
    """A Dovecot with an empty mailbox, ended with the block. Skips the test where there is none."""
    lacking = mail_programs.lacking()
    if lacking:
        pytest.skip(f"real mail servers (apt-get install {' '.join(lacking)})")
    with tempfile.TemporaryDirectory(prefix="tillside-imap-", dir="/tmp") as name:
        server = DovecotServer(Path(name), make_certificate(Path(name)))
        server.set_up()
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def running_smtp(certificate: Certificate | None = None) -> Iterator[SmtpServer]:
    """An SMTP server that took nothing yet, ended with the block. Dovecot's certificate will do."""
    with tempfile.TemporaryDirectory(prefix="tillside-smtp-", dir="/tmp") as name:
        server = SmtpServer(Path(name), certificate or make_certificate(Path(name)))
        try:
            server.start()
            yield server
        finally:
            server.stop()

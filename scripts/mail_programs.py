"""Where the mail server is that the tests of the mail channel drive: Debian's Dovecot."""

from __future__ import annotations

import shutil
from pathlib import Path

_SYSTEM = "/usr/sbin:/usr/local/sbin"
_IMAP = (Path("/usr/lib/dovecot/imap"), Path("/usr/libexec/dovecot/imap"))


def dovecot() -> str | None:
    """The path of Dovecot, also where only root has it on its PATH; None where it lacks IMAP."""
    program = shutil.which("dovecot") or shutil.which("dovecot", path=_SYSTEM)
    return program if any(path.exists() for path in _IMAP) else None


def lacking() -> list[str]:
    """Debian's packages that those tests lack here."""
    return [] if dovecot() else ["dovecot-imapd"]

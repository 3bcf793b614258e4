"""Have the mail server of the tests, or say that they will be skipped."""

from __future__ import annotations

import debian
import mail_programs
from progress import say


def have(*, through_sudo: bool = False) -> list[str]:
    """Have it. Returns Debian's packages that are still lacking: none when all is well."""
    lacking = mail_programs.lacking()
    if lacking:
        debian.install(lacking, through_sudo=through_sudo)
    return mail_programs.lacking()


if __name__ == "__main__":
    still = have()
    if still:
        say(f"the tests with Dovecot will be skipped. As root: {debian.command(still)}")

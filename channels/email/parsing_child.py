"""The process that reads mails: started by `parsing`, with pipes and nothing else.

It has no sockets, no database and no secrets in its environment, writes no files, and may use so
much memory, and so much of the processor for one mail. It ends with its pipe.
"""

import resource
import sys
from contextlib import suppress

from channels.email import wire
from channels.email.ours import Ours
from channels.email.reading import read_mail
from channels.errors import Unreadable

MEMORY_BYTES = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 2


def main() -> None:
    """Read mails until there are no more."""
    _give_up()
    _warm_up()
    wire.write(sys.stdout.buffer, {"ready": True}, b"")
    while True:
        try:
            told, raw = wire.read(sys.stdin.buffer)
        except wire.Broken:
            return
        _limit_processor()
        wire.write(sys.stdout.buffer, *_answer(Ours(**told), raw))


def _answer(ours: Ours, raw: bytes) -> tuple[dict[str, object], bytes]:
    try:
        return wire.told_mail(read_mail(raw, ours))
    except Unreadable as error:
        return wire.told_error(error), b""
    except (MemoryError, RecursionError):
        return wire.told_error(Unreadable("Reading the mail takes more memory than it may.")), b""
    except Exception as error:  # noqa: BLE001
        # A defect of ours: the mail is parked and can be read again once it is mended.
        told = Unreadable(f"The mail can't be read ({type(error).__name__}).")
        return wire.told_error(told), b""


def _give_up() -> None:
    """What this process may never do again."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, value))


def _limit_processor() -> None:
    """So many seconds from here; then the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + PROCESSOR_SECONDS + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _warm_up() -> None:
    """Load what loads itself late: the first mail isn't to pay for it."""
    sample = b"From: =?iso-8859-7?Q?=E1?= <a@b.gr>\r\nContent-Type: text/html\r\n\r\n<p>\xe1</p>"
    read_mail(sample, Ours("a@b.gr", "0"))


if __name__ == "__main__":
    main()

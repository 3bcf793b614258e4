"""How many mails come in and go out while their workers are killed, by real servers.

10,000 letters (five languages, old charsets, pages, files, replies) are put into a Dovecot's
mailbox, the second half while the first is read; workers are killed (SIGKILL) all along. Then as
many answers go out by an SMTP server that keeps what it takes, and the senders are killed likewise.
Counted in the end, by the books of the other side: letters lost and doubled, threads torn apart,
answers lost, and answers that were taken twice (at most one a kill, with one Message-ID).

    python -m bench.mail [--mails 10000] [--kills 20] [--json]
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any


def measure(mails: int, kills: int) -> dict[str, Any]:
    """What came of it, and how long it took."""
    # What the tests of mail run with: servers, letters, a house of processes.
    from tests.faults.house import house, settings_of  # noqa: PLC0415
    from tests.real import mail_killed  # noqa: PLC0415
    from tests.real.mail_letters import letters  # noqa: PLC0415
    from tests.real.mail_servers import running_dovecot, running_smtp  # noqa: PLC0415

    sent = list(letters(mails))
    with tempfile.TemporaryDirectory() as name, running_dovecot() as dovecot:
        folder = Path(name)
        settings = settings_of(folder)
        with running_smtp() as smtp:
            box = mail_killed.make_mailbox(settings, dovecot, smtp)
            with house(folder, settings, webs=0) as built:
                mail_killed.add_workers(built)
                began = time.monotonic()
                turns = mail_killed.kills_of(("calls1", "worker1"), kills)
                came = mail_killed.take_in(box, built, dovecot, sent, turns)
                in_seconds = time.monotonic() - began
                began = time.monotonic()
                turns = mail_killed.kills_of(("calls1",), kills)
                went = mail_killed.send_out(box, built, smtp, mails, turns)
                out_seconds = time.monotonic() - began
        box.services.db.dispose()
        box.services.inbox.dispose()
    return {
        "in": asdict(came) | {"seconds": round(in_seconds, 1)},
        "out": asdict(went) | {"seconds": round(out_seconds, 1)},
    }


def main() -> int:
    """Measure and tell; 1 where something was lost or doubled."""
    parser = argparse.ArgumentParser(description="Mail under kill -9.")
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    told = measure(options.mails, options.kills)
    if options.json:
        print(json.dumps(told, indent=2))
    else:
        for way, figures in told.items():
            print(f"{way}: " + ", ".join(f"{name} {value}" for name, value in figures.items()))
    came, went = told["in"], told["out"]
    wrong = sum(came[name] for name in ("lost", "doubled", "parked", "open", "threads_torn"))
    wrong += went["lost"] + went["other_ids"] + went["not_marked"]
    return int(bool(wrong or went["repeats"] > went["kills"]))


if __name__ == "__main__":
    sys.exit(main())

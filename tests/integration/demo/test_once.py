"""The README's main command, run as it is written."""

import os
import re
import subprocess
import sys
import threading


def test_the_demo_walks_connecting_first_reads_webhooks_and_context() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "integration.cli", "demo", "--once"],
        env={**os.environ, "PORT": "0", "LOG_LEVEL": "INFO"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watch = threading.Timer(900, process.terminate)
        watch.start()
        said, _ = process.communicate()
        watch.cancel()
    assert process.returncode == 0, said
    assert "aegean-eyewear.myshopify.com is connected over OAuth" in said
    assert "kyoto-paper.myshopify.com joined by a code" in said
    assert "160 orders equal the store's own books" in said
    assert "#1042: 42.50 EUR refunded, partially_refunded" in said
    assert re.search(r"http://localhost:\d+ handed its keys over, proved", said)
    assert re.search(r"http://localhost:\d+: 158 orders equal the store's own books", said)
    assert re.search(r"#\d+ of http://localhost:\d+: bought, paid", said)
    assert ": 4.50 EUR refunded, refunded" in said
    assert "Δήμητρα Παπαδοπούλου: 14 orders" in said
    assert "8 of Aegean Eyewear, 6 of Aegean Eyewear — atelier" in said
    assert "wrote (aligned): #1042 stands beside it" in said
    assert "her 2 mails are one conversation" in said
    assert "Done: all of it holds." in said
    assert "Traceback" not in said

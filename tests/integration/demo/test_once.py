"""The README's main command, run as it is written."""

import os
import subprocess
import sys


def test_the_demo_walks_install_first_read_webhook_and_context() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "integration.cli", "demo", "--once"],
        env={**os.environ, "PORT": "0"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    said = done.stdout
    assert done.returncode == 0, said + done.stderr
    assert "aegean-eyewear.myshopify.com is connected over OAuth" in said
    assert "kyoto-paper.myshopify.com joined by a code" in said
    assert "160 orders equal the store's own books" in said
    assert "#1042: 42.50 EUR refunded, partially_refunded" in said
    assert "Δήμητρα Παπαδοπούλου: 8 orders" in said
    assert said.rstrip().endswith("Done: all of it holds.")
    assert "Traceback" not in done.stderr

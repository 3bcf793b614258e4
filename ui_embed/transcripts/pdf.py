"""A PDF of a document of ours, made by a child process that is limited and killed when it hangs."""

import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

import orjson
import structlog

from integration.errors import AppError

log = structlog.get_logger(__name__)

WALL_SECONDS = 60.0
_AT_ONCE = BoundedSemaphore(2)
_ROOT = str(Path(__file__).resolve().parents[2])
_BEGINS = b"%PDF-"


def pdf_of(html: str, styles: str) -> bytes:
    """The PDF. Raises 429 `busy` while others are being made, 503 `no_pdf` where it can't be."""
    if not _AT_ONCE.acquire(blocking=False):
        raise AppError("Others are being made. Try again in a minute.", code="busy", status=429)
    try:
        return _made(orjson.dumps({"html": html, "styles": styles}))
    finally:
        _AT_ONCE.release()


def _made(told: bytes) -> bytes:
    search = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH", ""))))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "ui_embed.transcripts.pdf_child"],
            input=told,
            capture_output=True,
            cwd="/",
            # Nothing of our environment: keys and passwords stand there.
            env={"PYTHONPATH": search, "PYTHONUTF8": "1", "PATH": os.defpath, "HOME": "/nowhere"},
            start_new_session=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.warning("transcript.pdf_took_too_long", wall_seconds=WALL_SECONDS)
        raise _cannot() from None
    if done.returncode != 0 or not done.stdout.startswith(_BEGINS):
        # The last line names the error, never what stood in the document.
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        log.error("transcript.no_pdf", code=done.returncode, error=last.partition(":")[0])
        raise _cannot()
    return done.stdout


def _cannot() -> AppError:
    said = "The PDF can't be made here. Print the page instead, and save that as a PDF."
    return AppError(said, code="no_pdf", status=503)

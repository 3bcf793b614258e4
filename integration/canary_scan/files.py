"""Looking through files byte by byte: databases with their logs and free pages, and all else."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from integration.canary_scan.needles import Needles

_PIECE = 4 * 1024 * 1024


def in_files(folder: Path, needles: Needles, more: Iterable[Path] = ()) -> Counter[str]:
    """In which files of a folder, and in which of these, they stand; told by the place in it."""
    found: Counter[str] = Counter()
    for file in sorted({*_below(folder), *(each for each in more if each.is_file())}):
        if is_in_file(file, needles):
            inside = file.relative_to(folder) if file.is_relative_to(folder) else file
            found[f"file {inside}"] += 1
    return found


def is_in_file(file: Path, needles: Needles) -> bool:
    """Whether they stand in a file, also across two pieces that were read apart."""
    kept = b""
    try:
        with file.open("rb") as reading:
            while piece := reading.read(_PIECE):
                if needles.stand_in(kept + piece):
                    return True
                kept = piece[-needles.longest :]
    except FileNotFoundError:
        # A log of the database's that was just taken in.
        return False
    return False


def _below(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for path in folder.rglob("*"):
            # Sockets and pipes would block.
            if path.is_file() and not path.is_symlink():
                yield path

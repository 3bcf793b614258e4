"""docs/benchmarks.md: the table, the plot, the machine and each benchmark's method."""

import statistics
from collections.abc import Sequence

from bench.peers import node
from bench.report.kept import Measured
from bench.report.listed import WANTED, others, peers, told
from bench.report.words import short

PICTURE = "pictures/benchmarks.svg"
_HEAD = (
    "# Benchmarks\n\n"
    '`make bench` measures every ratio below and writes this page; `make bench ARGS="B3 B7"` '
    "measures some of them, and the others keep their figures and their date. Each ratio is the "
    "median of rounds that alternate ours and theirs within one run, on one machine, so that both "
    "meet the same minute of it: compare ratios, not speeds. Peers run unmodified, in environments "
    "of their own under `.bench/`, pointed at our stand-ins. Every round's figures stand in "
    "`docs/benchmarks.json`.\n\n"
    '"Wanted" is what was asked of us before we measured. A ratio that isn\'t reached is told as '
    "it is; [limits](limits.md) says where its time goes and what would help.\n"
)
_COMMAND = "    python -m bench."


def page(measured: Sequence[Measured]) -> str:
    """The whole page."""
    parts = [_HEAD]
    if measured:
        picture = f"![Each ratio against what is wanted of it]({PICTURE})\n"
        parts += [_table(measured), picture, _further_figures(measured), _machines(measured)]
    else:
        parts.append("Nothing has been measured yet.\n")
    parts += [_peers(), _methods(), _others()]
    return "\n".join(part for part in parts if part)


def _table(measured: Sequence[Measured]) -> str:
    rows = ["| | what | ours | theirs | unit | ratio | wanted | | measured |", "|" + "---|" * 9]
    for one in measured:
        ratio = one.ratio
        sign = "≤" if ratio["at_most"] else "≥"
        ours, theirs = statistics.median(ratio["ours"]), statistics.median(ratio["theirs"])
        spread = f"{short(min(ratio['rounds']))} to {short(max(ratio['rounds']))}"
        cells = [
            one.id,
            ratio["what"],
            short(ours),
            short(theirs),
            ratio["unit"],
            f"**{short(ratio['ratio'])}** ({spread})",
            f"{sign} {short(ratio['wanted'])}",
            "met" if ratio["is_met"] else "**not met**",
            f"{one.date}, {len(ratio['rounds'])} rounds",
        ]
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def _further_figures(measured: Sequence[Measured]) -> str:
    rows = []
    for one in measured:
        told = [f"{name} {short(value)}" for name, value in one.ratio["more"].items()]
        if told:
            rows.append(f"- {one.id}: {'; '.join(told)}")
    return "\n".join(["## Seen in the same runs", "", *rows, ""]) if rows else ""


def _machines(measured: Sequence[Measured]) -> str:
    found: list[dict[str, str]] = []
    for one in measured:
        if one.machine not in found:
            found.append(one.machine)
    rows = ["## The machine", ""]
    for machine in found:
        whose = ", ".join(one.id for one in measured if one.machine == machine)
        which = f"{whose}: " if len(found) > 1 else ""
        told = ", ".join(f"{name} {value}" for name, value in machine.items())
        rows.append(f"- {which}{told}")
    return "\n".join([*rows, ""])


def _peers() -> str:
    node_made_of = [f"{name} {version}" for name, version in node.packages().items()]
    named = [peer.replace("==", " ") for peer in peers()]
    return "\n".join(["## The peers", "", f"{', '.join([*named, *node_made_of])}.", ""])


def _methods() -> str:
    rows = ["## How each is measured", ""]
    for module, ids in WANTED.items():
        if text := told(module):
            rows += [f"### {' and '.join(ids)}: `python -m bench.{module}`", "", _prose(text), ""]
    return "\n".join(rows)


def _prose(text: str) -> str:
    """A docstring's paragraphs on one line each, without the command."""
    paragraphs = [part for part in text.split("\n\n") if not part.startswith(_COMMAND)]
    return "\n\n".join(" ".join(part.split()) for part in paragraphs)


def _others() -> str:
    rows = [
        "## Further",
        "",
        "They hold no ratio of this page; `make bench ARGS=name` runs one.",
        "",
    ]
    rows += [f"- `{name}`: {told(name).partition(chr(10))[0]}" for name in others()]
    return "\n".join([*rows, ""])

"""What is new in a text and what it repeats. Nothing is thrown away, and never all folded away."""

from dataclasses import dataclass

from channels.email.quote_marks import (
    announces,
    heads,
    is_device_line,
    is_forward_line,
    is_original_line,
    is_rule,
    plain,
)

# Longer texts are shown as they are: what is folded away there saves nobody's time.
_LONGEST_CHARACTERS = 1_000_000
_MOST_LINES = 30_000
_LONGEST_SIGNATURE = 15


@dataclass(frozen=True, slots=True)
class Folded:
    """The new text, and what is folded away: quotations and signatures, None where there are none.

    Each line of the text that isn't blank stands in one of the two.
    """

    text: str
    quoted: str | None


def fold(text: str) -> Folded:
    """Part a text. Answers between quoted lines stay where they are, with these lines."""
    lines = text.split("\n")
    if len(text) > _LONGEST_CHARACTERS or len(lines) > _MOST_LINES:
        return Folded(text.strip(), None)
    compared = [plain(line) for line in lines]
    end = _end_of_new(compared)
    begin = _begin_of_new(compared, end)
    visible = _joined(lines[begin:end])
    if not visible:
        return Folded(text.strip(), None)
    quoted = "\n".join(filter(None, (_joined(lines[:begin]), _joined(lines[end:]))))
    return Folded(visible, quoted or None)


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _end_of_new(lines: list[str]) -> int:
    """Where the end begins that is all quoted or a signature: the number of lines if nowhere."""
    cut = _first_cut(lines)
    end = len(lines) if cut is None else cut
    end = _without_quoted_end(lines, end)
    return _without_signature(lines, end)


def _first_cut(lines: list[str]) -> int | None:
    """The first line below which all is the quoted mail, if there is one."""
    has_text = False
    for at, line in enumerate(lines):
        if is_forward_line(line):
            return None
        if has_text and _is_cut(lines, at):
            return _before_rule(lines, at)
        has_text = has_text or bool(line and not line.startswith(">"))
    return None


def _is_cut(lines: list[str], at: int) -> bool:
    if not lines[at]:
        return False
    if is_original_line(lines[at]) or heads(lines, at):
        return True
    length = 0 if lines[at].startswith(">") else announces(lines, at)
    return length > 0 and not _is_answered_below(lines, at + length)


def _is_answered_below(lines: list[str], at: int) -> bool:
    """Whether behind an announcement quoted lines come and then others: answers, it seems."""
    below = _next_text(lines, at)
    if below is None or not lines[below].startswith(">"):
        return False
    rest = [line for line in lines[below : _without_signature(lines, len(lines))] if line]
    return any(not line.startswith(">") for line in _without_announcements(rest))


def _without_announcements(lines: list[str]) -> list[str]:
    kept = []
    at = 0
    while at < len(lines):
        length = announces(lines, at)
        if not length:
            kept.append(lines[at])
        at += max(1, length)
    return kept


def _next_text(lines: list[str], at: int) -> int | None:
    return next((number for number in range(at, len(lines)) if lines[number]), None)


def _before_rule(lines: list[str], at: int) -> int:
    """The rule above a cut belongs to it."""
    above = at - 1
    while above >= 0 and not lines[above]:
        above -= 1
    return above if above >= 0 and is_rule(lines[above]) else at


def _without_quoted_end(lines: list[str], end: int) -> int:
    """Where the quoted lines at the end begin, with what announces them."""
    at = _last_text(lines, end)
    begin = at
    while begin > 0 and (lines[begin - 1].startswith(">") or not lines[begin - 1]):
        begin -= 1
    above = _last_text(lines, begin)
    if begin == at or (above > 0 and is_forward_line(lines[above - 1])):
        return end
    for length in range(1, 5):
        above = _last_text(lines, begin)
        if above - length >= 0 and announces(lines[:above], above - length) == length:
            return above - length
    return begin


def _last_text(lines: list[str], end: int) -> int:
    """One past the last line before `end` that isn't blank."""
    while end > 0 and not lines[end - 1]:
        end -= 1
    return end


def _without_signature(lines: list[str], end: int) -> int:
    """Where a signature at the end begins."""
    end = _last_text(lines, end)
    lowest = max(0, end - _LONGEST_SIGNATURE - 1)
    for at in range(end - 1, lowest - 1, -1):
        if lines[at] == "--":
            end = _last_text(lines, at)
            break
    while end > 0 and is_device_line(lines[end - 1]):
        end = _last_text(lines, end - 1)
    return end


def _begin_of_new(lines: list[str], end: int) -> int:
    """Where the new text begins when the quotation stands above it, once and whole."""
    at = _next_text(lines, 0)
    if at is None or at >= end:
        return 0
    at += announces(lines, at)
    first = _next_text(lines, at)
    if first is None or first >= end or not lines[first].startswith(">"):
        return 0
    while first < end and (lines[first].startswith(">") or not lines[first]):
        first += 1
    if any(line.startswith(">") for line in lines[first:end]):
        return 0
    return first

"""The figures of the labelled pairs, as docs/identity.md has them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.integration.identity.pairs.judged import Outcome
from tests.integration.identity.pairs.records import Truth

_HEAD = (
    "pairs",
    "must link",
    "linked",
    "linked wrongly",
    "same, not by rule",
    "suggested",
    "different",
    "suggested though different",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of some pairs. `same` are those that no rule may link."""

    pairs: int
    must_link: int
    linked: int
    linked_wrongly: int
    same: int
    suggested: int
    different: int
    asked_in_vain: int

    @property
    def recall(self) -> float:
        """Of the pairs that only an agent may link, how many are suggested."""
        return self.suggested / self.same if self.same else 1.0

    @property
    def precision(self) -> float:
        """Of the suggestions, how many are right."""
        asked = self.suggested + self.asked_in_vain
        return self.suggested / asked if asked else 1.0


def figures_of(outcomes: Iterable[Outcome]) -> Figures:
    """Counted."""
    some = list(outcomes)

    def count(truth: Truth, which: Callable[[Outcome], bool] = lambda _: True) -> int:
        return sum(1 for each in some if each.pair.truth == truth and which(each))

    return Figures(
        pairs=len(some),
        must_link=count(Truth.LINKED),
        linked=count(Truth.LINKED, lambda each: each.linked),
        linked_wrongly=sum(1 for each in some if each.linked and each.pair.truth != Truth.LINKED),
        same=count(Truth.SAME),
        suggested=count(Truth.SAME, lambda each: each.suggested),
        different=count(Truth.DIFFERENT),
        asked_in_vain=count(Truth.DIFFERENT, lambda each: each.suggested),
    )


def by_language(outcomes: Sequence[Outcome]) -> str:
    """A table with a row for each language and one for all."""
    languages = dict.fromkeys(each.pair.language for each in outcomes)
    groups = {
        language.capitalize(): [each for each in outcomes if each.pair.language == language]
        for language in languages
    }
    lines = [_line(("", *_HEAD, "recall", "precision")), _line(["---"] * (len(_HEAD) + 3))]
    for name, some in {**groups, "**all**": list(outcomes)}.items():
        found = figures_of(some)
        shares = (f"{found.recall:.0%}", f"{found.precision:.0%}")
        lines.append(_line((name, *map(str, _counts(found)), *shares)))
    return "\n".join(lines)


def by_kind(outcomes: Sequence[Outcome]) -> str:
    """A table with a row for each kind of difficulty, in order."""
    lines = [_line(("", *_HEAD)), _line(["---"] * (len(_HEAD) + 1))]
    for kind in sorted({each.pair.kind for each in outcomes}, key=str.lower):
        found = figures_of(each for each in outcomes if each.pair.kind == kind)
        lines.append(_line((kind, *(str(each or "") for each in _counts(found)))))
    return "\n".join(lines)


def _counts(found: Figures) -> tuple[int, ...]:
    return (
        found.pairs,
        found.must_link,
        found.linked,
        found.linked_wrongly,
        found.same,
        found.suggested,
        found.different,
        found.asked_in_vain,
    )


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"

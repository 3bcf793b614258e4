"""What the words around a number say of it, and whether it names an order then.

The rule of all of it: better a mention too few than a wrong one. A number that could be anything
else (a price, a date, a phone, a year) names an order only where the text says so.
"""

import re
from enum import IntEnum

from integration.crm.mentions import words
from integration.crm.mentions.spots import Reading

_NEARBY = 80
_AFTER = 24
_MOST_OF_A_LIST = 20
_LONGEST_JOINT = 14
_CERTAIN_NUMBER = 10
_LONG_NUMBER = 8
_LONG_ID = 11
_CERTAIN_NAME = 5
_LONG_BARE = 4

_HASH = re.compile(r"#\s?$")
_BRACKET = re.compile(r"\[#?\s?$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}")
_INSIDE_BEFORE = re.compile(r"\d[,:'’]$|[+]$")
_INSIDE_AFTER = re.compile(r",\d{1,3}(?!\d)|:\d")
_PHONE_BEFORE = re.compile(r"[+(]?(?:\d+[ ()/.-]{1,2})+$")
_PHONE_AFTER = re.compile(r"(?:[ ()/.-]{1,2}\d+)+")
_PHONE_DIGITS = 9
_FRAME = " \t\r\n.,;:!?()[]\"'«»„“”#"


class Mark(IntEnum):
    """How plainly a text marks a number as an order's."""

    NONE = 0
    WORD = 1
    COLON = 2
    SIGN = 3
    NUMBERED = 4


class Surroundings:
    """The plain text around its numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._alone = text[: 4 * _NEARBY].strip(_FRAME) if len(text) <= 4 * _NEARBY else ""

    def is_alone(self, reading: Reading) -> bool:
        """Whether the text is that number and nothing else."""
        return self._alone != "" and self._alone == reading.text.strip(_FRAME)

    def is_something_else(self, reading: Reading) -> bool:
        """Whether the text says that it is the number of something else."""
        return words.SOMETHING_ELSE.search(self._before(reading)) is not None

    def is_of_parcel(self, reading: Reading) -> bool:
        """Whether the text says that it is a parcel's number."""
        return words.A_PARCEL.search(self._before(reading)) is not None

    def is_code(self, reading: Reading) -> bool:
        """Whether the text says that it is a code, or the number of something else."""
        before = self._before(reading)
        return words.A_CODE.search(before) is not None or self.is_something_else(reading)

    def mark(self, reading: Reading, before: list[Reading]) -> Mark:
        """How plainly it is marked; `before` are the readings before it, the nearest last."""
        own = self._own_mark(reading)
        if own in (Mark.NONE, Mark.SIGN) and self._continues_list(reading, before):
            return Mark.NUMBERED if own else Mark.WORD
        return own

    def _continues_list(self, reading: Reading, before: list[Reading]) -> bool:
        """Whether it stands in a list of numbers that begins as one of orders.

        Numbers that only commas part are one where it begins with a word for several orders: what
        follows one order after a comma may be anything.
        """
        following, is_joined = reading, True
        for earlier in reversed(before[-_MOST_OF_A_LIST:]):
            joint = self.text[earlier.end : following.start]
            found = (
                words.A_LIST.search(words.folded(joint)) if len(joint) <= _LONGEST_JOINT else None
            )
            if found is None:
                return False
            is_joined = is_joined and (
                found["and"] is not None or any(sign in "/&+-" for sign in joint)
            )
            mark = self._own_mark(earlier)
            if mark and not self.is_something_else(earlier):
                of_several = words.SEVERAL_ORDERS.search(self._before(earlier)) is not None
                return of_several or (is_joined and len(reading.text) >= _LONG_BARE)
            following = earlier
        return False

    def counts_something(self, reading: Reading) -> bool:
        """Whether it is a price, a quantity, a phone number, or inside a larger one."""
        start, end = reading.start, reading.end
        before, after = self.text[max(0, start - _NEARBY) : start], self.text[end : end + _AFTER]
        if _INSIDE_BEFORE.search(before) or _INSIDE_AFTER.match(after):
            return True
        if words.MONEY_BEFORE.search(words.folded(before)):
            return True
        if words.A_UNIT.search(words.folded(after)):
            return True
        found = (_PHONE_BEFORE.search(before[-_AFTER:]), _PHONE_AFTER.match(after))
        groups = "".join(each.group() for each in found if each is not None)
        digits = sum(each.isdigit() for each in groups)
        return digits > 0 and digits + len(reading.text) >= _PHONE_DIGITS

    def _own_mark(self, reading: Reading) -> Mark:
        before = self._before(reading)
        order = words.AN_ORDER.search(before)
        has_sign = self.text[reading.start] == "#" or _HASH.search(self._left(reading)) is not None
        after = words.folded(self.text[reading.end : reading.end + _AFTER])
        is_after = words.AN_ORDER_AFTER.search(after) is not None
        if has_sign:
            if order or is_after:
                return Mark.NUMBERED
            # Helpdesks number what they are asked like this.
            return Mark.NONE if _BRACKET.search(self._left(reading)) else Mark.SIGN
        if order is None:
            is_said = words.A_NUMBER_IS.search(before) is not None
            return Mark.NUMBERED if is_said else Mark.WORD if is_after else Mark.NONE
        if words.A_NUMBER_WORD.search(order["between"]):
            return Mark.NUMBERED
        if ":" in order["between"] or "=" in order["between"]:
            return Mark.COLON
        return Mark.NONE if words.WANTED.search(before) else Mark.WORD

    def _left(self, reading: Reading) -> str:
        return self.text[max(0, reading.start - _NEARBY) : reading.start]

    def _before(self, reading: Reading) -> str:
        """What stands before it and its sign."""
        return words.folded(self._left(reading)).rstrip("# ") + " "


def name_verdict(
    around: Surroundings, reading: Reading, mark: Mark, *, is_own: bool
) -> bool | None:
    """Whether an order's name, written like this, is meant for certain; None for not at all.

    `is_own` says that the order is the writer's.
    """
    bare = reading.text.lstrip("#")
    digits = bare.replace("-", "").replace(".", "").replace("/", "")
    if not digits.isdecimal():
        return mark > Mark.NONE or (len(bare) >= _CERTAIN_NAME and not around.is_code(reading))
    if around.is_something_else(reading):
        return None
    if mark < Mark.SIGN and around.counts_something(reading):
        return None
    is_doubtful = _YEAR.fullmatch(bare) is not None or _DATE.fullmatch(bare) is not None
    if len(digits) < _LONG_BARE:
        return None if mark is Mark.NONE else mark is Mark.NUMBERED
    if is_doubtful:
        return mark >= Mark.COLON if mark else None
    return mark > Mark.NONE or is_own or around.is_alone(reading)


def id_verdict(around: Surroundings, reading: Reading, mark: Mark) -> bool | None:
    """The same for a platform's id: customers see it in addresses only, unless it is long."""
    if reading.in_address:
        return True
    if len(reading.text) >= _LONG_ID:
        return True
    if mark < Mark.COLON or around.is_something_else(reading):
        return None
    return False


def number_verdict(around: Surroundings, reading: Reading, number: str) -> bool | None:
    """The same for a parcel's number, which is folded."""
    if around.is_of_parcel(reading):
        return True
    is_plain = number.isdecimal()
    if len(number) < _LONG_NUMBER or (is_plain and around.is_something_else(reading)):
        return None
    return not is_plain or len(number) >= _CERTAIN_NUMBER

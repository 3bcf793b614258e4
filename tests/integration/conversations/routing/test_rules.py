"""What a rule asks and does is read, or refused with a sentence and its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.conversations.routing.rules import read_actions, read_conditions
from integration.errors import Invalid


@pytest.mark.parametrize(
    ("conditions", "at"),
    [
        ([], None),
        ("all", None),
        ({"colour": "red"}, "colour"),
        ({"channels": 7}, "channels"),
        ({"channels": ["7"]}, "channels"),
        ({"channels": [True]}, "channels"),
        ({"channels": list(range(101))}, "channels"),
        ({"kinds": ["fax"]}, "kinds"),
        ({"languages": ["Greek language"]}, "languages"),
        ({"words": ["..."]}, "words"),
        ({"words": ["x" * 81]}, "words"),
        ({"order_at_least": 5}, None),
        ({"order_at_least": {"minor": -1, "currency": "EUR"}}, "order_at_least"),
        ({"order_at_least": {"minor": 1.5, "currency": "EUR"}}, "order_at_least"),
        ({"spent_at_least": {"minor": 1, "currency": "€"}}, "spent_at_least"),
    ],
)
def test_what_are_no_conditions_is_refused_with_its_place(conditions: object, at: Any) -> None:
    with pytest.raises(Invalid) as refused:
        read_conditions(conditions)
    assert (refused.value.code, refused.value.details) == ("invalid_rule", {"at": at})
    assert refused.value.message.endswith((".", "!"))


@pytest.mark.parametrize(
    "actions",
    [
        {},
        [],
        {"assign_agent": 1, "round_robin": "all"},
        {"assign_agent": "1"},
        {"assign_agent": 0},
        {"round_robin": "some"},
        {"round_robin": [1.5]},
        {"tags": "urgent"},
        {"reason_id": True},
        {"target_class": " "},
        {"run": "os.system"},
    ],
)
def test_what_are_no_actions_is_refused(actions: object) -> None:
    with pytest.raises(Invalid):
        read_actions(actions)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["channels", "words", "tags", "order_at_least", "minor", "round_robin"]),
        inner,
        max_size=4,
    )
), max_leaves=8))  # fmt: skip
def test_whatever_is_told_is_read_or_refused_and_read_again_the_same(told: object) -> None:
    for read in (read_conditions, read_actions):
        try:
            form: Any = read(told)  # type: ignore[operator]
        except Invalid:
            continue
        assert read(form.as_dict()) == form  # type: ignore[operator]

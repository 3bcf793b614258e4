"""Whatever strangers write, each reader takes it or refuses it in its own documented way."""

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz.readers import READERS, claimed_challenge


@pytest.mark.parametrize("name", sorted(READERS))
@given(data=st.data())
@settings(max_examples=80)
def test_it_is_read_or_refused_as_documented(name: str, data: st.DataObject) -> None:
    reader = READERS[name]
    told = data.draw(reader.told)
    with suppress(*reader.refuses):
        reader.read(told)


@given(depth=st.integers(1, 12_000))
@example(12_000)
@settings(max_examples=5)
def test_a_challenge_of_whatever_depth_is_none(depth: int) -> None:
    claimed_challenge(b"[" * depth)

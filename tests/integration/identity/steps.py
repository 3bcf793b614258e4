"""What may happen in a workspace of two stores, as steps: a word and some small numbers.

The words are the methods of `worlds.World`.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

EMAILS = (None, "ada@example.com", "Ben@example.com ", "δάνη@example.com")
PHONES = (None, "+493012345678", "030 2222222")
ACCOUNTS = ("1", "2", "3")
ORDERS = ("100", "101", "102", "103")
STATES = ("paid", "pending", "refunded")

Step = tuple[Any, ...]

_store, _account, _order = st.integers(0, 1), st.sampled_from(ACCOUNTS), st.sampled_from(ORDERS)
_email, _phone = st.sampled_from(EMAILS), st.sampled_from(PHONES)
_number = st.integers(0, 7)

TOLD: tuple[st.SearchStrategy[Step], ...] = (
    st.tuples(st.just("account"), _store, _account, _email, _phone),
    st.tuples(
        st.just("order"),
        _store,
        _order,
        st.one_of(st.none(), _account),
        _email,
        _phone,
        st.sampled_from(STATES),
    ),
    st.tuples(st.just("guest"), _store, _order, _email, _phone),
    st.tuples(st.just("merge"), _store, _account, _account),
    st.tuples(st.just("delete_account"), _store, _account),
    st.tuples(st.just("delete_order"), _store, _order),
)
LATE: st.SearchStrategy[Step] = st.tuples(st.just("late"), _store, _number)
ERASED: tuple[st.SearchStrategy[Step], ...] = (
    st.tuples(st.just("erase_account"), _store, _account),
    st.tuples(st.just("erase_email"), _store, _email),
)
LINKED: st.SearchStrategy[Step] = st.tuples(st.just("link"), _number, _number)
DECIDED: tuple[st.SearchStrategy[Step], ...] = (
    LINKED,
    st.tuples(st.just("cut"), _number, _number),
    st.tuples(st.just("part"), _number, _number),
    st.tuples(st.just("dismiss"), _number, _number),
    st.tuples(st.just("reconsider"), _number, _number),
    st.tuples(st.just("shared"), _number),
    st.tuples(st.just("single"), _number),
)
UNDONE: st.SearchStrategy[Step] = st.tuples(st.just("undo"), _number)
NOTED: tuple[st.SearchStrategy[Step], ...] = (
    st.tuples(st.just("note"), _number),
    st.tuples(st.just("tag"), _number),
)

BEGINNINGS: st.SearchStrategy[list[Step]] = st.tuples(
    *(
        st.tuples(st.just("account"), st.just(store), st.just(external_id), _email, _phone)
        for store in (0, 1)
        for external_id in ACCOUNTS
    ),
    *(
        st.tuples(
            st.just("order"),
            st.just(store),
            st.just(external_id),
            st.one_of(st.none(), _account),
            _email,
            _phone,
            st.sampled_from(STATES),
        )
        for store in (0, 1)
        for external_id in ORDERS
    ),
).map(list)


def all_of(
    *kinds: Sequence[st.SearchStrategy[Step]], most: int, least: int = 0
) -> st.SearchStrategy[list[Step]]:
    """Lists of steps of these kinds."""
    return st.lists(
        st.one_of(*(one for some in kinds for one in some)), min_size=least, max_size=most
    )

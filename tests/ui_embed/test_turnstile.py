"""Strangers have us call servers so often and no oftener, each counted by where they come from."""

from datetime import timedelta

import pytest

from tests.conftest import StandingClock
from ui_embed.turnstile import TooMany, Turnstile, caller_address

TEN_MINUTES = timedelta(minutes=10)


def _pass(turnstile: Turnstile, address: str, clock: StandingClock) -> None:
    with turnstile.passing(address, clock()):
        pass


def test_passes_come_back_with_time(clock: StandingClock) -> None:
    turnstile = Turnstile(2, TEN_MINUTES, 8)
    _pass(turnstile, "203.0.113.1", clock)
    clock.advance(seconds=300)
    _pass(turnstile, "203.0.113.1", clock)
    with pytest.raises(TooMany):
        _pass(turnstile, "203.0.113.1", clock)
    _pass(turnstile, "203.0.113.2", clock)
    clock.advance(seconds=300)
    _pass(turnstile, "203.0.113.1", clock)
    with pytest.raises(TooMany):
        _pass(turnstile, "203.0.113.1", clock)


def test_only_so_many_pass_at_once_and_a_failure_leaves_no_hole(clock: StandingClock) -> None:
    turnstile = Turnstile(100, TEN_MINUTES, 1)
    with turnstile.passing("203.0.113.1", clock()), pytest.raises(TooMany):
        _pass(turnstile, "203.0.113.2", clock)
    with pytest.raises(ValueError, match="x"), turnstile.passing("203.0.113.1", clock()):
        raise ValueError("x")
    _pass(turnstile, "203.0.113.2", clock)


def test_a_pass_can_be_given_back(clock: StandingClock) -> None:
    turnstile = Turnstile(1, TEN_MINUTES, 8)
    _pass(turnstile, "203.0.113.1", clock)
    turnstile.give_back("203.0.113.1")
    turnstile.give_back("203.0.113.9")
    _pass(turnstile, "203.0.113.1", clock)


def test_a_network_of_one_household_is_one(clock: StandingClock) -> None:
    turnstile = Turnstile(1, TEN_MINUTES, 8)
    _pass(turnstile, "2001:db8:1:2::1", clock)
    with pytest.raises(TooMany):
        _pass(turnstile, "2001:db8:1:2:ffff::7", clock)
    _pass(turnstile, "2001:db8:1:3::1", clock)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("9.9.9.9", None, "9.9.9.9"),
        ("9.9.9.9", "198.51.100.7", "9.9.9.9"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", " , ", "127.0.0.1"),
        (None, None, ""),
        (None, "198.51.100.7", "198.51.100.7"),
    ],
)
def test_only_a_neighbour_may_say_for_whom_it_asks(
    peer: str | None, forwarded: str | None, address: str
) -> None:
    assert caller_address(peer, forwarded) == address

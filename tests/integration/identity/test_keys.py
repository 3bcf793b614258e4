"""The rule of whose things are."""

from integration.identity.keys import AccountFacts, Key, account_key, guest_key, surviving


def facts(email: str | None = None, merged_into: str | None = None) -> AccountFacts:
    return AccountFacts(email, merged_into, True, None)


def test_an_account_is_known_by_its_address_else_by_itself() -> None:
    accounts = {"1": facts("ada@example.com"), "2": facts()}
    assert account_key(5, "1", accounts) == Key("email", "ada@example.com")
    assert account_key(5, "2", accounts) == Key("customer", "5:2")
    assert account_key(5, "9", accounts) == Key("customer", "5:9")


def test_merges_are_followed_to_their_end() -> None:
    accounts = {
        "1": facts("old@example.com", "2"),
        "2": facts(None, "3"),
        "3": facts("new@example.com"),
    }
    assert account_key(5, "1", accounts) == Key("email", "new@example.com")
    assert account_key(5, "2", {"2": facts(None, "3")}) == Key("customer", "5:3")


def test_a_circle_of_merges_has_one_end() -> None:
    accounts = {
        "1": facts(None, "2"),
        "2": facts(None, "3"),
        "3": facts(None, "2"),
        "4": facts(None, "4"),
    }
    assert {surviving(5, start, accounts) for start in "123"} == {"2"}
    assert surviving(5, "4", accounts) == "4"


def test_a_guest_is_known_by_address_then_phone_then_the_order_alone() -> None:
    assert guest_key(5, "100", "a@example.com", "+491") == Key("email", "a@example.com")
    assert guest_key(5, "100", None, "+491") == Key("guest_phone", "5:+491")
    assert guest_key(5, "100", None, None) == Key("order", "5:100")

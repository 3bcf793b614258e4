"""What the doctor says of what keeps merchants apart."""

from integration.operations.wall import of_wall


def test_a_role_that_nothing_holds_is_ill() -> None:
    found = of_wall("postgres", False, [])
    assert not found.ok
    assert found.says == (
        "the role postgres is a superuser or has BYPASSRLS: row-level security doesn't hold it,"
        " and only the program keeps merchants apart, which refuses statements that name no"
        " workspace, and not those that name another's"
    )
    assert "operations.md" in found.do


def test_a_table_without_the_wall_is_named() -> None:
    found = of_wall("tillside_app", True, ["orders", "stores"])
    assert (found.ok, found.says) == (False, "without row-level security: orders, stores")


def test_a_wall_without_a_gap_is_well() -> None:
    found = of_wall("tillside_app", True, [])
    assert (found.ok, found.do) == (True, "")

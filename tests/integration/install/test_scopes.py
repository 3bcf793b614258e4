"""What a changed grant makes us do: ask for a token that shows it, and say what is missing."""

from dataclasses import replace

from sqlalchemy import select

from integration.install.granting import StoreRef, keep_grant
from integration.install.jobs import check_scopes
from integration.models import Store
from integration.services import Services
from platforms.port import Grant
from tests.integration.install.conftest import ScriptedInstaller


def _installed(services: Services, grant: Grant) -> StoreRef:
    return keep_grant(services, "shopify", grant).ref


def _check(services: Services, ref: StoreRef) -> tuple[str, str | None]:
    check_scopes(services, workspace_id=ref.workspace_id, store_id=ref.store_id)
    with services.db.workspace(ref.workspace_id) as session:
        store = session.execute(select(Store)).scalar_one()
    return store.status, store.status_reason


def test_a_new_token_shows_the_grant_as_it_is(
    services: Services, installer: ScriptedInstaller
) -> None:
    ref = _installed(services, installer.grant())
    assert _check(services, ref) == ("active", None)
    assert installer.refreshes == ["refresh-1"]


def test_a_permission_that_was_taken_away_is_named(
    services: Services, installer: ScriptedInstaller
) -> None:
    ref = _installed(services, installer.grant())
    whole = installer.grant

    def less(*given: str) -> Grant:
        return replace(whole(*given), scopes=("read_customers",))

    installer.grant = less  # type: ignore[method-assign]
    assert _check(services, ref) == ("reauthorize", "permissions were taken away: read_orders")


def test_a_token_without_end_stays_as_it_is(
    services: Services, installer: ScriptedInstaller
) -> None:
    endless = replace(installer.grant(), expires_at=None, refresh_token=None)
    ref = _installed(services, endless)
    assert _check(services, ref) == ("active", None)
    assert installer.refreshes == []

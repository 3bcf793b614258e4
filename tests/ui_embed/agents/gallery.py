"""Every state of the pages of agents.

`python -m tests.ui_embed.agents.gallery FOLDER [STATE …]` writes a picture of each state, in both
widths and both schemes; without a folder it renews those that docs/pictures keeps.
"""

import itertools
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from integration.agents.directory import agent_of, door_of
from integration.agents.invitations import LIFETIMES, Purpose
from integration.crypto import token_digest
from integration.models import AgentInvitation, Passkey, Session
from integration.models.vocabulary import AgentStatus, SessionKind
from scripts import chromium
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.ui_embed.agents.people import add_agent
from tests.ui_embed.gallery import DOCUMENTS, SCHEMES, WIDTHS, serving
from tests.ui_embed.world import NOW, World, build_world

TOKEN = "tss_of-the-gallery"
INVITED = "tsi_of-the-gallery"
COOKIE = "tillside_session"
DOCUMENTED = {
    "sign-in": "sign-in",
    "sign-in-he": "sign-in-he",
    "team": "team",
    "team-el": "team-el",
    "me": "my-profile",
    "me-he": "my-profile-he",
}
_NUMBERS = itertools.count(1)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"


@dataclass(frozen=True, slots=True)
class Scene:
    """A page: where it is, in which language, who looks, what is done on it."""

    name: str
    path: str
    locale: str = "en"
    is_in: bool = True
    act: Callable[[Page], None] | None = None


def _fail(page: Page) -> None:
    page.fill("#email", "eleni@aegean.example")
    page.fill("#password", "not the one")
    page.get_by_role("button").first.click()
    page.wait_for_selector("#why")


def _several(page: Page) -> None:
    page.fill("#email", "two@aegean.example")
    page.fill("#password", "blue boats at noon")
    page.get_by_role("button").first.click()
    page.wait_for_selector("[name=challenge]", state="attached")


def _invite(page: Page) -> None:
    page.fill("#f-email", f"anna.{next(_NUMBERS)}@aegean.example")
    page.fill("#f-name", "Anna Kowalska")
    page.locator("#invite-form button.main").click()
    page.wait_for_selector("#link")


def _short(page: Page) -> None:
    page.fill("#f-password", "short")
    page.locator("#sign-in-form button.main").click()
    page.wait_for_selector("#why-former, #why-password")


SCENES = (
    Scene("sign-in", "/sign-in", is_in=False),
    Scene("sign-in-he", "/sign-in", "he", is_in=False),
    Scene("sign-in-failed", "/sign-in", "el", is_in=False, act=_fail),
    Scene("choose", "/sign-in", is_in=False, act=_several),
    Scene("invitation", f"/invitations/{INVITED}", is_in=False),
    Scene("invitation-he", f"/invitations/{INVITED}", "he", is_in=False),
    Scene("invitation-over", "/invitations/tsi_x", is_in=False),
    Scene("outside", "/panel", is_in=False),
    Scene("team", "/settings/agents"),
    Scene("team-el", "/settings/agents", "el"),
    Scene("team-he", "/settings/agents", "he"),
    Scene("team-invited", "/settings/agents", act=_invite),
    Scene("agent", "/settings/agents/2"),
    Scene("agent-he", "/settings/agents/2", "he"),
    Scene("me", "/settings/me"),
    Scene("me-he", "/settings/me", "he"),
    Scene("me-refused", "/settings/me", act=_short),
)


def fill(world: World) -> None:
    """A team of six: an owner who looks, and others in each state."""
    owner = add_agent(world, name="Ελένη Παπαδοπούλου", role="owner", seen_at=NOW)
    add_agent(
        world,
        name="נועה בן־דוד",
        email="noa@aegean.example",
        locales="he en",
        capacity=12,
        seen_at=NOW - timedelta(minutes=25),
    )
    add_agent(world, name="Jana Nováková", email="jana@aegean.example", role="admin")
    add_agent(world, name="Two", email="two@aegean.example", role="read_only")
    add_agent(world, name="Two", email="two@aegean.example", workspace_id=world.other_workspace_id)
    add_agent(world, name="Piotr", email="p@aegean.example", status=AgentStatus.DISABLED)
    invited = add_agent(
        world,
        name="Αλεξάνδρα Παπαχριστοδουλοπούλου-Κωνσταντινοπούλου",
        email="a.papachristodoulopoulou-konstantinopoulou@aegean-goods.example",
        status=AgentStatus.INVITED,
        password=None,
    )
    services = world.services
    with services.db.workspace(world.workspace_id, write=True) as session:
        staff = door_of("shopify-staff:42", world.store_id)
        agent_of(session, staff, role="agent", locale=None, now=NOW)
        session.add(
            AgentInvitation(
                token_digest=token_digest(INVITED),
                agent_id=invited,
                purpose=Purpose.INVITE,
                created_at=NOW,
                expires_at=NOW + LIFETIMES[Purpose.INVITE],
            )
        )
        for number, (token, device) in enumerate(((TOKEN, FIREFOX), ("tss_other", SAFARI))):
            session.add(
                Session(
                    token_digest=token_digest(token),
                    store_id=world.store_id,
                    kind=SessionKind.BROWSER,
                    agent_id=owner,
                    role="owner",
                    viewer=f"agent:{owner}",
                    device=device,
                    created_at=NOW - timedelta(days=number * 3),
                    expires_at=NOW + timedelta(days=30),
                )
            )
        session.add(
            Passkey(
                agent_id=owner,
                credential_id=b"1",
                public_key=b"",
                sign_count=0,
                name="Safari on iPhone",
                created_at=NOW - timedelta(days=40),
                last_used_at=NOW - timedelta(hours=3),
            )
        )


@contextmanager
def playing(folder: Path) -> Iterator[str]:
    """The application with that team on a port; its address."""
    world = build_world(
        folder,
        app_url="http://127.0.0.1",
        OIDC_ISSUER="https://id.example",
        OIDC_CLIENT_ID="tillside",
        OIDC_CLIENT_SECRET="hush",
        OIDC_NAME="Aegean ID",
    )
    fill(world)
    with serving(world.app) as address:
        # What a page of ours is depends on the port, which is known only now.
        object.__setattr__(world.services.settings, "app_url", address)
        yield address
    world.services.db.dispose()
    world.services.inbox.dispose()


def photograph(browser: Browser, address: str, scene: Scene, folder: Path, name: str) -> None:
    """A picture of each width and scheme."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if scheme == "dark" else "light",
                locale=scene.locale,
                device_scale_factor=2 if width == WIDTHS[0] else 1,
            )
            if scene.is_in:
                context.add_cookies([{"name": COOKIE, "value": TOKEN, "url": address}])
            page = context.new_page()
            page.route("**/api/v1/live", lambda route: route.fulfill(status=503, body="{}"))
            page.goto(address + scene.path)
            page.wait_for_load_state("networkidle")
            if scene.act:
                scene.act(page)
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            context.close()


def main() -> None:
    """Write the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    asked = set(sys.argv[2:]) or ({*DOCUMENTED} if folder == DOCUMENTS else set())
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(CHROMIUM_ARGUMENTS), headless=True
        )
        with playing(Path(data)) as address:
            for scene in SCENES:
                if not asked or scene.name in asked:
                    name = DOCUMENTED.get(scene.name, scene.name)
                    photograph(browser, address, scene, folder, name)
        browser.close()


if __name__ == "__main__":
    main()

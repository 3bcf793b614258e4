"""One house for one day, and whoever comes to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from integration.demo.world import HEROINE
from tests.real.day.house import House, running_house
from tests.real.day.people import Agent, Mailbox, Visitor, browse

# A machine that does much else takes its time; whoever waits looks again and again.
PATIENT_MS = 90_000
T = TypeVar("T")
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}


@dataclass
class Day:
    """The house and those who come, made when they first do. `done` are the day's parts so far."""

    house: House
    browser: Browser
    done: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _people: dict[str, Any] = field(default_factory=dict)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def after(self, part: str) -> None:
        """Fail at once where an earlier part of the day did."""
        assert not part or part in self.done, f"{part!r} failed: this comes after it"

    def owner(self) -> Agent:
        """Ελένη, whose stores these are."""
        return self._once("owner", self._agent)

    def maria(self) -> Agent:
        """Μαρία, at a desk."""
        return self._once("maria", self._agent)

    def noa(self) -> Agent:
        """נועה, in Hebrew, on a telephone."""
        return self._once("noa", lambda: self._agent(viewport=PHONE, locale="he-IL"))

    def stranger(self) -> Agent:
        """The owner of another merchant's shop."""
        return self._once("stranger", self._agent)

    def dimitra(self) -> Mailbox:
        """The mailbox of a customer of the shop."""
        world = self.house.world
        return self._once("dimitra", lambda: Mailbox(self._page(), world.mail_origin, HEROINE))

    def noam(self) -> Visitor:
        """A customer of the site, on a telephone."""
        return self._once("noam", lambda: Visitor(self._page(viewport=PHONE)))

    def dimitra_in_the_shop(self) -> Visitor:
        """The shop's customer on its storefront."""
        return self._once("dimitra in the shop", lambda: Visitor(self._page()))

    def close(self) -> None:
        """Send everybody home."""
        for context in self._contexts:
            context.close()

    def _agent(self, **more: Any) -> Agent:
        return Agent(self._page(**more), self.house.app)

    def _page(self, viewport: ViewportSize = DESK, locale: str = "en-GB") -> Page:
        context = self.browser.new_context(viewport=viewport, locale=locale)
        context.set_default_timeout(PATIENT_MS)
        self._contexts.append(context)
        return browse(context, self.errors)

    def _once(self, name: str, make: Callable[[], T]) -> T:
        if name not in self._people:
            self._people[name] = make()
        found: T = self._people[name]
        return found


@pytest.fixture(scope="module")
def day(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """The house at the beginning of the day. No page's script may have failed by its end."""
    folder = Path(tmp_path_factory.mktemp("day"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORT", "0")
        with running_house(folder) as house:
            expect.set_options(timeout=PATIENT_MS)
            opened = Day(house, browser)
            yield opened
            opened.close()
    assert opened.errors == []

"""A page that does nothing by itself, and the end of what it was told to do."""

from playwright.sync_api import Page, Route

_REFRESHED = """id => new Promise((done) => {
  const over = ({ detail: { ctx } }) => {
    if (ctx.sourceElement?.id !== id) return;
    document.removeEventListener('htmx:finally:request', over);
    done();
  };
  document.addEventListener('htmx:finally:request', over);
  document.getElementById(id).dispatchEvent(new CustomEvent('tillside:refresh'));
})"""


def hold_live(page: Page) -> None:
    """Leave the live stream unanswered: without it a page reads itself again now and then."""
    page.route("**/api/v1/live*", lambda route: None)


def refuse_live(page: Page) -> None:
    """Have no live stream: the page reads itself again, ever more seldom."""

    def answer(route: Route) -> None:
        route.fulfill(status=503, body="{}")

    page.route("**/api/v1/live*", answer)


def refresh(page: Page, part: str = "person") -> None:
    """Have a part of the page read itself again, as news do; return once its answer stands."""
    page.evaluate(_REFRESHED, part)

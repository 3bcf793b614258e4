"""What axe finds on a page that is serious, by light and by dark."""

from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).resolve().parent / "vendor" / "axe-4.14.1.min.js"
_FOUND = """async (rules) => (
  await axe.run(document, {resultTypes: ["violations"], ...(rules && {runOnly: rules})})
).violations.filter(each => ["serious", "critical"].includes(each.impact))
  .map(each => [each.id, each.nodes.map(node => node.html.slice(0, 160))])"""
_STILL = """() => {
  const inside = (root) => [...root.querySelectorAll("*")].flatMap(
    (each) => (each.shadowRoot ? [each.shadowRoot, ...inside(each.shadowRoot)] : []));
  for (const moving of [document, ...inside(document)].flatMap((root) => root.getAnimations())) {
    if (moving.effect.getComputedTiming().endTime === Infinity) moving.cancel();
    else moving.finish();
  }
}"""


def serious(page: Page) -> list[object]:
    """What is serious or critical on the page as it stands, in both schemes."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[object] = []
    # Only colours are others by dark.
    for scheme, rules in (("light", None), ("dark", ["color-contrast", "link-in-text-block"])):
        # What fades in, or is on its way from one scheme to the other, has no contrast yet.
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(_STILL)
        page.evaluate(_STILL)
        found += [[scheme, *each] for each in page.evaluate(_FOUND, rules)]
    return found

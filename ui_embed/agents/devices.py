"""What a browser calls itself, in a few words; a guess, to tell one's own devices apart by."""

from ui_embed.texts import gettext

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_words(told: str | None) -> str:
    """A browser and its system by their names."""
    words = [
        next((name for mark, name in marks if mark in (told or "")), "")
        for marks in (_BROWSERS, _SYSTEMS)
    ]
    known = [word for word in words if word]
    if not known:
        return gettext("A browser")
    if len(known) == 1:
        return known[0]
    return gettext("%(browser)s on %(system)s", browser=known[0], system=known[1])

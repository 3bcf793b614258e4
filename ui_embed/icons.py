"""Our icons: drawn on a 16 px grid, inline, so that they take the text's colour and size."""

from markupsafe import Markup

_PATHS = {
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
    "check": '<path d="m3 8.5 3.2 3.2L13 4.8"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.7V8l2.2 1.6"/>',
    "half": (
        '<circle cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"'
        ' stroke="none"/>'
    ),
    "back": '<path d="M6 3 2.8 6.2 6 9.4"/><path d="M3 6.2h6.2a4 4 0 0 1 0 8H7"/>',
    "cross": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "box": '<path d="m8 1.8 5.5 3v6.4L8 14.2l-5.5-3V4.8zM2.5 4.8 8 7.9l5.5-3.1M8 7.9v6.3"/>',
    "truck": (
        '<path d="M1.5 3.8h8v7h-8zM9.5 6.3h2.7l2.3 2.4v2.1h-5z"/><circle cx="4.5"'
        ' cy="11.7" r="1.3"/><circle cx="11.8" cy="11.7" r="1.3"/>'
    ),
    "pause": '<circle cx="8" cy="8" r="6"/><path d="M6.5 5.8v4.4M9.5 5.8v4.4"/>',
    "alert": '<path d="M8 2.2 14.3 13.4H1.7zM8 6.4v3.2M8 11.5v.1"/>',
    "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.4v3.4M8 5.1v.1"/>',
    "dot": '<circle cx="8" cy="8" r="2.2"/>',
    "mail": '<path d="M2 3.5h12v9H2zM2.3 4l5.7 4.6L13.7 4"/>',
    "phone": (
        '<path d="M3.3 2.3h2.4l1.1 2.9-1.5 1.1a8 8 0 0 0 4.4 4.4l1.1-1.5 2.9 1.1v2.4c0'
        ' .6-.5 1-1.1 1A10.5 10.5 0 0 1 2.3 3.4c0-.6.4-1.1 1-1.1z"/>'
    ),
    "person": (
        '<circle cx="8" cy="5.2" r="2.9"/><path d="M2.6 14c.5-2.9 2.7-4.5 5.4-4.5s4.9 1.6'
        ' 5.4 4.5"/>'
    ),
    "people": (
        '<circle cx="6" cy="5.3" r="2.5"/><path d="M1.4 13.3c.4-2.5 2.3-3.9 4.6-3.9s4.2'
        ' 1.4 4.6 3.9M10.6 3.1a2.4 2.4 0 0 1 0 4.5M12.2 9.7c1.4.5 2.3 1.8 2.5 3.6"/>'
    ),
    "store": (
        '<path d="M2.6 7.2v6.6h10.8V7.2M1.8 5.5 3.2 2.2h9.6l1.4 3.3a1.6 1.6 0 0 1-3.1.3'
        ' 1.6 1.6 0 0 1-3.1 0 1.6 1.6 0 0 1-3.1 0 1.6 1.6 0 0 1-3.1-.3z"/>'
    ),
    "turn": '<path d="m6 3.5 4.5 4.5L6 12.5"/>',
    "up": '<path d="m3.5 10 4.5-4.5 4.5 4.5"/>',
    "down": '<path d="m3.5 6 4.5 4.5L12.5 6"/>',
    "out": '<path d="M9 2.5h4.5V7M13.3 2.7 7.5 8.5M6.5 3.5h-4v10h10v-4"/>',
    "leave": '<path d="M6.5 2.5h-4v11h4M6.5 8h7M10.7 5l3 3-3 3"/>',
    "again": '<path d="M13.4 8a5.4 5.4 0 1 1-1.6-3.8L13.4 5.8M13.4 2.4v3.4H10"/>',
    "receipt": '<path d="M3.5 1.8h9v12.4l-1.5-1-1.5 1-1.5-1-1.5 1-1.5-1-1.5 1zM6 5.2h4M6 8.2h4"/>',
    "key": (
        '<circle cx="5" cy="11" r="3"/><path d="m7.2 8.8 6.3-6.3M11.5 4.5l2 2M9.2 6.8l1.5 1.5"/>'
    ),
    "lock": (
        '<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5.2 7V5a2.8 2.8 0 0'
        ' 1 5.6 0v2"/>'
    ),
    "plug": '<path d="M5.5 1.8v3.4M10.5 1.8v3.4M3.5 5.2h9v2.3a4.5 4.5 0 0 1-9 0zM8 12v2.4"/>',
    "note": '<path d="M3 2.5h10v7.3L9.8 13.5H3zM13 9.8H9.8v3.7M5.5 5.5h5M5.5 8h3"/>',
    "tag": '<path d="M2.2 2.2h5.6l6 6-5.6 5.6-6-6zM5.2 5.2v.1"/>',
    "join": '<circle cx="6" cy="8" r="4"/><circle cx="10" cy="8" r="4"/>',
    "part": '<circle cx="4.2" cy="8" r="2.9"/><circle cx="11.8" cy="8" r="2.9"/>',
    "segment": '<path d="M2 3h12L9.6 8.3v4.9l-3.2-1.6V8.3z"/>',
    "download": '<path d="M8 2.2v7.6M4.8 6.8 8 10l3.2-3.2M2.5 13.5h11"/>',
    "inbox": '<path d="M2 9.2 4 3h8l2 6.2v3.8H2zM2 9.2h3.6l1 1.7h2.8l1-1.7H14"/>',
    "chat": '<path d="M2 3h12v8H7.6l-3.2 2.7V11H2z"/>',
    "form": '<path d="M3 2h10v12H3zM5.5 5h5M5.5 8h5M5.5 11h2.5"/>',
    "snooze": '<path d="M13.3 9.6A5.8 5.8 0 0 1 6.4 2.7a5.8 5.8 0 1 0 6.9 6.9z"/>',
    "at": (
        '<circle cx="8" cy="8" r="2.4"/><path d="M10.4 5.6v3a1.8 1.8 0 0 0 3.5.1A6 6 0 1'
        ' 0 11.3 13"/>'
    ),
    "spam": '<path d="M5.4 2h5.2L14 5.4v5.2L10.6 14H5.4L2 10.6V5.4zM8 5v3.6M8 10.9v.1"/>',
    "eye": (
        '<path d="M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8z"/><circle'
        ' cx="8" cy="8" r="1.9"/>'
    ),
    "clip": (
        '<path d="m13 7.4-5 5a3 3 0 0 1-4.3-4.2l5.3-5.4a2 2 0 0 1 2.9 2.8L6.7 11a1 1 0 0'
        ' 1-1.4-1.4L10 4.8"/>'
    ),
    "send": '<path d="m2 8 12-5.4L10 14 7.6 9.2zM7.6 9.2 14 2.6"/>',
    "book": (
        '<path d="M3 2.5h8.5a1.5 1.5 0 0 1 1.5 1.5v9.5H4.5A1.5 1.5 0 0 1 3 12zM3 12a1.5'
        ' 1.5 0 0 1 1.5-1.5H13M6 5.2h4"/>'
    ),
    "print": '<path d="M4.5 6V2h7v4M4.5 11.5H2V6h12v5.5h-2.5M4.5 9.5h7V14h-7z"/>',
    "split": (
        '<path d="M8 14V9.5L3.5 5V2.5M3.5 2.5 2 4M3.5 2.5 5 4M8 9.5 12.5 5V2.5M12.5 2.5'
        ' 11 4M12.5 2.5 14 4"/>'
    ),
    "more": (
        '<circle cx="3.2" cy="8" r=".9"/><circle cx="8" cy="8" r=".9"/><circle cx="12.8"'
        ' cy="8" r=".9"/>'
    ),
    "gear": (
        '<circle cx="8" cy="8" r="2.2"/><path d="M8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6'
        ' 3.6 5 5M11 11l1.4 1.4M3.6 12.4 5 11M11 5l1.4-1.4"/>'
    ),
    "chart": '<path d="M2 13.5h12M4 13.5v-4M8 13.5v-10M12 13.5V7"/>',
    "keyboard": (
        '<rect x="1.5" y="4" width="13" height="8" rx="1.5"/><path d="M4 6.7h.1M6.7'
        ' 6.7h.1M9.3 6.7h.1M12 6.7h.1M5 9.5h6"/>'
    ),
    "cloud-off": (
        '<path d="m2 2 12 12M5 6.2A3.3 3.3 0 0 0 4.5 12.7H11M7 4a4.2 4.2 0 0 1 5.2 3.5'
        ' 2.7 2.7 0 0 1 1.5 4"/>'
    ),
}
_MARK = (
    '<svg viewBox="0 0 24 24" fill="none" aria-hidden="true" focusable="false">'
    '<rect x="2.5" y="3.5" width="19" height="17" rx="4.5" stroke="currentColor" stroke-width="2"/>'
    '<path d="M14.5 4v16M6.5 9h4.5M6.5 13h3" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round"/></svg>'
)


def icon(name: str, extra: str = "") -> Markup:
    """An icon for the eye only; the word beside it carries the meaning."""
    classes = f"icon {extra}".strip()
    drawing = Markup(_PATHS.get(name, _PATHS["dot"]))  # noqa: S704 - constants above
    return Markup(
        '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>'
    ).format(classes, drawing)


def mark() -> Markup:
    """Tillside's own mark."""
    return Markup(_MARK)  # noqa: S704 - a constant

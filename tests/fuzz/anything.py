"""Texts, bytes and moments of any kind, and those that trip readers up."""

import base64
import json
from datetime import UTC, datetime

from hypothesis import strategies as st

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
TEXT = st.text(max_size=200)
BYTES = st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode())
WEB = st.sampled_from(
    [
        *(
            "http://[",
            "https://[::1",
            "//[",
            "https://\u2100.example/",
            "https://a:b",
            "https:///x",
        ),
        *("https://a@b.example", "https://a.example:99999/", "https://2130706433/", "file:///x"),
        *("javascript:alert(1)", "https://0x7f.1/", "https://[::ffff:127.0.0.1]/", "http://a b/"),
    ]
)
MOMENTS = st.sampled_from(
    [
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-11-22T12:00:00Z",
        "2026-11-22T12:00:00",
        "2026-W47-7T12+00:00",
        "",
    ]
)
NUMBERS = st.integers().map(str) | st.sampled_from(["9" * 5000, "-0", "٣", "1_0", " 1", "nan"])
PARTS = st.lists(
    MOMENTS | NUMBERS | st.sampled_from(["w", "n", "order", "note", "\x00"]) | st.text(max_size=9),
    min_size=1,
    max_size=5,
)


def _encoded(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


CURSORS = TEXT | st.builds(
    lambda parts, between: _encoded(between.join(parts)), PARTS, st.sampled_from("|.")
)

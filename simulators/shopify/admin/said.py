"""One sentence that a page says after something was done, carried in its address."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import redirect
from flask.typing import ResponseReturnValue


def go(url: str, sentence: str = "") -> ResponseReturnValue:
    """A redirect to `url`, whose page will say the sentence."""
    if not sentence:
        return redirect(url, 303)
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode({"said": sentence})) if part)
    return redirect(urlunsplit(parts._replace(query=query)), 303)

"""Pictures of products, drawn here: the seeds name addresses of a CDN that nobody reaches."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from flask import Blueprint, Response

from simulators.shopify.state import State

_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" role="img">
<rect width="80" height="80" fill="hsl({hue} 35% 90%)"/>
<g fill="none" stroke="hsl({hue} 40% 35%)" stroke-width="3" stroke-linecap="round">{shape}</g>
</svg>"""
_EYEWEAR = frozenset({"avi", "way", "rnd", "cat", "rdg", "tit", "kid"})
_SHAPES = (
    '<circle cx="25" cy="42" r="13"/><circle cx="55" cy="42" r="13"/>'
    '<path d="M38 40q2-3 4 0M12 38l-5-6M68 38l5-6"/>',
    '<rect x="11" y="32" width="25" height="19" rx="7"/>'
    '<rect x="44" y="32" width="25" height="19" rx="7"/><path d="M36 38h8M11 36l-5-5M69 36l5-5"/>',
    '<rect x="16" y="28" width="48" height="30" rx="6"/><path d="M16 40h48M36 40v5h8v-5"/>',
    '<path d="M28 18h24v10l6 8v26H22V36l6-8z"/><path d="M28 44h24"/>',
)


def picture_url(state: State, url: str) -> str:
    """Where the stand-in serves the picture that a seed names."""
    path = urlsplit(url).path.rpartition("/products/")[2].rpartition(".")[0]
    return f"{state.files_url}/_cdn/{path}.svg" if path and state.files_url else url


def _shape(name: str, digest: bytes) -> int:
    return digest[1] % 2 + (0 if name in _EYEWEAR else 2)


def blueprint() -> Blueprint:
    """`/_cdn/<name>.svg`: the same name always looks the same."""
    made = Blueprint("pictures", __name__)

    @made.get("/_cdn/<name>.svg")
    def picture(name: str) -> Response:
        digest = hashlib.sha256(name.encode()).digest()
        drawn = _PICTURE.format(hue=digest[0] * 360 // 256, shape=_SHAPES[_shape(name, digest)])
        answer = Response(drawn, mimetype="image/svg+xml")
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer

    return made

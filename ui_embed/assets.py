"""Our scripts and styles: read once, compressed once, cached for good under their digest."""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, request

from integration.errors import NotFound

_FOLDER = Path(__file__).parent / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"
_SMALLEST_COMPRESSED = 600
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

assets = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    compressed: bytes
    mimetype: str


@dataclass(frozen=True, slots=True)
class AssetSet:
    """All files under one digest, so that modules find each other by relative addresses."""

    digest: str
    files: dict[str, Asset]


@cache
def asset_set() -> AssetSet:
    """What the folder holds."""
    files = {
        path.relative_to(_FOLDER).as_posix(): _asset(path)
        for path in sorted(_FOLDER.rglob("*"))
        if path.is_file()
    }
    digest = sha256()
    for name, asset in files.items():
        digest.update(name.encode() + b"\0" + asset.body)
    return AssetSet(digest.hexdigest()[:16], files)


def asset_url(name: str) -> str:
    """The address of a file. Raises KeyError for one that doesn't exist."""
    known = asset_set()
    if name not in known.files:
        raise KeyError(name)
    return f"/assets/{known.digest}/{name}"


@assets.get("/assets/<digest>/<path:name>")
def send_asset(digest: str, name: str) -> Response:
    """A file; for good under the present digest, unstored under an older page's."""
    known = asset_set()
    asset = known.files.get(name)
    if asset is None:
        raise NotFound("There is no such file.")
    squeeze = request.accept_encodings["gzip"] > 0 and len(asset.compressed) < len(asset.body)
    response = Response(asset.compressed if squeeze else asset.body, mimetype=asset.mimetype)
    if squeeze:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = _FOR_GOOD if digest == known.digest else "no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def compress(response: Response) -> Response:
    """A text answer, squeezed for whoever takes it. There is no CDN in front of us."""
    if (
        request.accept_encodings["gzip"] <= 0
        or "Content-Encoding" in response.headers
        or response.is_streamed
        or response.mimetype not in ("text/html", "application/json")
        or len(response.get_data()) < _SMALLEST_COMPRESSED
    ):
        return response
    response.set_data(gzip.compress(response.get_data(), compresslevel=6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain"
    return Asset(body, gzip.compress(body, compresslevel=9, mtime=0), guessed)

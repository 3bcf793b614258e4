"""Small files from memory: a connection that is cut holds no open file."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Response, abort, request


def served(folder: Path, name: str) -> Response:
    """That file of the folder, with a tag by which the browser asks again; else 404."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        abort(404)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    answer = Response(path.read_bytes(), mimetype=kind)
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer

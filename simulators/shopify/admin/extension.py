"""Our built UI extension on the admin's pages: its manifest, its files, its sandboxed frame."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from simulators.shopify.state import State
from simulators.small_files import served

from .app_load import origin


@dataclass(frozen=True, slots=True)
class Extension:
    """What the platform knows of a deployed extension."""

    dist: Path
    handle: str
    targets: tuple[str, ...]
    locales: dict[str, dict[str, Any]]
    """Texts by language; `default` names the one that stands in for all others."""
    default_locale: str

    @property
    def bundle(self) -> str:
        return f"{self.handle}.js"

    def texts(self, locale: str) -> tuple[str, dict[str, Any]]:
        """The language that is used for a reader of `locale`, and its texts."""
        language = locale.split("-", maxsplit=1)[0]
        chosen = next((name for name in (locale, language) if name in self.locales), None)
        return (chosen or self.default_locale), self.locales[chosen or self.default_locale]

    def title(self, locale: str) -> str:
        return str(self.texts(locale)[1]["name"])


def read(dist: Path) -> Extension:
    """The extension whose built bundle is in `dist`. Raises `OSError` when it is not there."""
    manifest = tomllib.loads((dist.parent / "shopify.extension.toml").read_text())
    (declared,) = manifest["extensions"]
    if not (dist / f"{declared['handle']}.js").is_file():
        raise FileNotFoundError(f"{dist} has no {declared['handle']}.js")
    locales, default = {}, "en"
    for path in sorted((dist.parent / "locales").glob("*.json")):
        language, *rest = path.stem.split(".")
        locales[language] = json.loads(path.read_text())
        default = language if rest == ["default"] else default
    targets = tuple(each["target"] for each in declared["targeting"])
    return Extension(dist, declared["handle"], targets, locales, default)


def policy(state: State, here: str) -> str:
    """What the frame may do: run the bundle without an origin, and talk to the app alone."""
    app = origin(state.app.app_url) if state.app.app_url else "'none'"
    return (
        "sandbox allow-scripts; default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"script-src {here}; style-src {here}; connect-src {app}; img-src https: data: {here}"
    )


def register(made: Blueprint, state: State, dist: Path | None) -> None:
    extension = read(dist) if dist is not None else None

    @made.context_processor
    def cards() -> dict[str, Any]:
        return {"extension": extension}

    @made.get("/_extension/frame")
    def extension_frame() -> ResponseReturnValue:
        """The empty document in which a bundle runs; what to draw comes by message."""
        if extension is None:
            abort(404)
        text = render_template("admin/extension_frame.html", bundle=extension.bundle)
        answer = Response(text, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = policy(state, request.host_url.rstrip("/"))
        return answer

    @made.get("/_extension/dist/<path:name>")
    def extension_file(name: str) -> ResponseReturnValue:
        if extension is None:
            abort(404)
        return served(extension.dist, name)

"""The admin's own scripts and styles."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from simulators.small_files import served

_STATIC = Path(__file__).with_name("static")


def static(name: str) -> Response:
    """One of the admin's own scripts or styles."""
    return served(_STATIC, name)


def register(made: Blueprint) -> None:
    """`/_admin/static/<file>`."""

    @made.get("/_admin/static/<path:filename>", endpoint="static")
    def static_file(filename: str) -> ResponseReturnValue:
        return static(filename)

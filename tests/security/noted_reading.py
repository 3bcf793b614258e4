"""Which parameters, fields and keys a route looks at: written down as it does."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest
from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict

from ui_embed import store_requests
from ui_embed.api import bodies
from ui_embed.segments import pages

# Who takes posted objects apart. A test looks for others.
READERS = (bodies, pages, store_requests)


class _Noted(dict[str, Any]):
    """An object that somebody posted; the names that are asked for are written down."""

    def __init__(self, given: Mapping[str, Any], read: set[str]) -> None:
        super().__init__(given)
        self.names = read

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


def _noted(value: Any, read: set[str]) -> Any:
    if isinstance(value, dict):
        return _Noted({name: _noted(each, read) for name, each in value.items()}, read)
    if isinstance(value, list):
        return [_noted(each, read) for each in value]
    return value


def note_reading(app: Flask, read: set[str]) -> None:
    """Have the application write down which parameters and fields it looks at."""

    class Parameters(ImmutableMultiDict[str, Any]):
        def get(self, key: str, *more: Any, **named: Any) -> Any:
            read.add(key)
            return super().get(key, *more, **named)

        def getlist(self, key: str, *more: Any, **named: Any) -> Any:
            read.add(key)
            return super().getlist(key, *more, **named)

        def __getitem__(self, key: str) -> Any:
            read.add(key)
            return super().__getitem__(key)

        def __contains__(self, key: object) -> bool:
            read.add(str(key))
            return super().__contains__(key)

        def to_dict(self, flat: bool = True) -> Any:
            return _Noted(super().to_dict(flat), read)

    class Noting(Request):
        parameter_storage_class = Parameters

    app.request_class = Noting


class _Reader:
    """orjson, whose objects are noted."""

    def __init__(self, read: set[str]) -> None:
        self._read = read

    def loads(self, text: Any) -> Any:
        return _noted(orjson.loads(text), self._read)

    def __getattr__(self, name: str) -> Any:
        return getattr(orjson, name)


def settle(patch: pytest.MonkeyPatch, read: set[str], draw: Callable[[int], str]) -> None:
    """Have posted objects noted too, and what is drawn by lot be what `draw` says."""
    for module in READERS:
        patch.setattr(module, "orjson", _Reader(read))
    patch.setattr(secrets, "token_urlsafe", draw)

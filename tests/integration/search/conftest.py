"""A database for a module's tests, and a mirror to tell things."""

from tests.factories.mirror_fixtures import db, mirror

__all__ = ["db", "mirror"]

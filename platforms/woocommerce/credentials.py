"""A store's keys as the one opaque secret that the application keeps for us."""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

import orjson

from platforms.errors import AuthorizationLost
from platforms.port import Secret

Auth: TypeAlias = Literal["basic", "query", "oauth1", "application_password"]

_AUTHS: tuple[str, ...] = get_args(Auth)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Keys with the way in which the store takes them.

    `rest_root` is where its REST API begins (`https://shop.example/wp-json/`, or one that ends with
    `?rest_route=/`). For an application password `consumer_key` is the user's name.
    """

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    rest_root: str
    auth: Auth = "basic"

    def packed(self) -> Secret:
        """The secret to keep."""
        value = {
            "consumer_key": self.consumer_key,
            "consumer_secret": self.consumer_secret,
            "rest_root": self.rest_root,
            "auth": self.auth,
        }
        return Secret(orjson.dumps(value).decode())

    @classmethod
    def unpacked(cls, token: Secret) -> "Credentials":
        """The keys of a kept secret. Raises AuthorizationLost for what was never one."""
        try:
            value: Any = orjson.loads(token.reveal())
            read = cls(
                value["consumer_key"], value["consumer_secret"], value["rest_root"], value["auth"]
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise _unusable() from error
        texts = (read.consumer_key, read.consumer_secret, read.rest_root)
        if read.auth not in _AUTHS or not all(isinstance(t, str) and t for t in texts):
            raise _unusable()
        return read

    @property
    def is_https(self) -> bool:
        """Whether the keys travel encrypted."""
        return urlsplit(self.rest_root).scheme == "https"


def _unusable() -> AuthorizationLost:
    return AuthorizationLost("the store's keys can't be used any more: connect it again")

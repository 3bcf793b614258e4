"""Keys that came and aren't proven: kept as one opaque secret until they are."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from platforms.errors import AuthorizationLost
from platforms.port import Secret
from platforms.woocommerce.credentials import Auth, Credentials


@dataclass(frozen=True, slots=True)
class KeysOnTrial:
    """A key with its secret, or a user's name with an application password."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    is_password: bool = False

    def packed(self) -> Secret:
        """The secret to keep."""
        value = {"key": self.key, "secret": self.secret, "is_password": self.is_password}
        return Secret(orjson.dumps(value).decode())

    @classmethod
    def unpacked(cls, kept: Secret) -> "KeysOnTrial":
        """The keys of a kept secret. Raises AuthorizationLost for what was never one."""
        try:
            value: Any = orjson.loads(kept.reveal())
            return cls(str(value["key"]), str(value["secret"]), value["is_password"] is True)
        except (KeyError, TypeError, ValueError) as error:
            raise AuthorizationLost("the keys can't be used: connect the store again") from error

    def taken_as(self, rest_root: str, auth: Auth) -> Credentials:
        """These keys as the store at that root takes them."""
        return Credentials(self.key, self.secret, rest_root, auth)

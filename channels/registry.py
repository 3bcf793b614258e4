"""The one list of channels. A further channel is one folder and one line here."""

from importlib import import_module
from typing import cast

from channels.port import ChannelFactory

_FACTORIES = {
    "email": "channels.email.channel:create",
    "chat": "channels.chat.channel:create",
    "form": "channels.form.channel:create",
    "phone": "channels.phone.channel:create",
    "counter": "channels.phone.counter:create",
}


def slugs() -> tuple[str, ...]:
    """The channels that exist, in the order in which they are shown."""
    return tuple(_FACTORIES)


def factory(slug: str) -> ChannelFactory:
    """What builds that channel. Raises KeyError for one that doesn't exist."""
    module_name, _, attribute = _FACTORIES[slug].partition(":")
    return cast(ChannelFactory, getattr(import_module(module_name), attribute))

"""Which mailbox an address leads to, where automatic mail must not go or only so often."""

# Hosters who don't look at dots before the @, under either name.
_DOTLESS = ("gmail.com", "googlemail.com")


def mailbox_of(address: str) -> str:
    """The mailbox that an address leads to: `name+anything` is one, and so are Gmail's dots.

    For limits only: nobody is taken for somebody by it. The address is in lower case.
    """
    local, _, domain = address.rpartition("@")
    name = local.partition("+")[0] or local
    if domain in _DOTLESS:
        return f"{name.replace('.', '')}@{_DOTLESS[0]}"
    return f"{name}@{domain}"


def domains_of(address: str) -> tuple[str, ...]:
    """The domains under which other addresses may lead to the same mailbox."""
    domain = address.rpartition("@")[2]
    return _DOTLESS if domain in _DOTLESS else (domain,)

"""The names by which people call a store, as its canonical names that they can mean."""


def names_meant(text: str) -> tuple[str, ...]:
    """Canonical names that a shop's domain or a site's address can stand for, the likeliest first.

    A canonical name is `host[:port][/path]`, and one on plain http begins with `http://`. People
    write any of them with a scheme or without one, with a slash at the end, and hosts in any case.
    """
    wanted = text.strip().rstrip("/")
    scheme, separator, rest = wanted.partition("://")
    if not separator:
        scheme, rest = "", wanted
    host, slash, path = rest.partition("/")
    bare = f"{host.lower()}{slash}{path}"
    if not bare:
        return ()
    plain = f"http://{bare}"
    return (plain, bare) if scheme.lower() == "http" else (bare, plain)


def addresses_meant(text: str) -> tuple[str, ...]:
    """Addresses of a storefront that the same text can stand for."""
    bare = {name.removeprefix("http://") for name in names_meant(text)}
    schemes = ("https", "http")
    return tuple(
        f"{scheme}://{name}{end}" for name in bare for scheme in schemes for end in ("", "/")
    )

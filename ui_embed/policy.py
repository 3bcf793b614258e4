"""What a browser may do with our answers: CSP per store, and the other security headers."""

from dataclasses import dataclass

from flask import Response, g

from platforms.port import StorePlatform

# Only the origin ever leaves with a request: addresses may hold a token or a customer's name.
_REFERRER_POLICY = "strict-origin"
# Where stand-in stores have their pictures: by plain http, which is refused from anywhere else.
_THIS_MACHINE = ("http://127.0.0.1:*", "http://localhost:*")
# A year: the next plain http visit of this host goes by https at once.
_HSTS = "max-age=31536000"
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class PagePolicy:
    """Origins that one page may use, on top of our own."""

    frame_ancestors: tuple[str, ...] = ()
    script_origins: tuple[str, ...] = ()
    connect_origins: tuple[str, ...] = ()
    image_origins: tuple[str, ...] = ()
    form_origins: tuple[str, ...] = ()

    def header(self, *, with_pictures_from_here: bool = False) -> str:
        """The Content-Security-Policy. No inline script or style is ever allowed.

        Only pages of our own stand in its frames: a mail as it was sent.

        With `with_pictures_from_here` pictures may come from any port of this machine.
        """
        local = _THIS_MACHINE if with_pictures_from_here else ()
        directives = {
            "default-src": "'none'",
            "script-src": _sources("'self'", *self.script_origins),
            "style-src": "'self'",
            "img-src": _sources("'self'", "data:", "https:", *self.image_origins, *local),
            "connect-src": _sources("'self'", *self.connect_origins),
            "frame-src": "'self'",
            "base-uri": "'none'",
            "form-action": _sources("'self'", *self.form_origins),
            "frame-ancestors": _sources(*self.frame_ancestors) or "'none'",
        }
        return "; ".join(f"{name} {value}" for name, value in directives.items())


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """What a mail's own document may do: look as it was styled, in a page of ours, and no more.

    `hosts` are the origins in whose frames that page stands.
    """

    hosts: tuple[str, ...] = ()

    @property
    def frame_ancestors(self) -> tuple[str, ...]:
        """Everybody around it: our page, and whatever that stands in."""
        return ("'self'", *self.hosts)

    def header(self, *, with_pictures_from_here: bool = False) -> str:
        """The Content-Security-Policy: nothing is fetched, whatever is switched on."""
        del with_pictures_from_here
        return (
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            "base-uri 'none'; form-action 'none'; "
            f"frame-ancestors {_sources(*self.frame_ancestors)}"
        )


STANDALONE = PagePolicy()


def embedded_policy(platform: StorePlatform, domain: str) -> PagePolicy:
    """The policy of a page in that store's admin; `domain` must be canonical already."""
    document = platform.host.document(domain)
    return PagePolicy(
        frame_ancestors=tuple(platform.host.frame_ancestors(domain)),
        script_origins=document.script_origins,
        connect_origins=document.connect_origins,
        # A stand-in store serves its pictures from where its bridge comes from.
        image_origins=document.script_origins,
    )


def use_policy(policy: PagePolicy | MailPolicy) -> None:
    """Let this request's answer carry the policy; without one it may do nothing at all."""
    g.page_policy = policy


def protect(
    response: Response, *, is_https: bool = True, with_pictures_from_here: bool = False
) -> Response:
    """The answer with every security header; the last switch is for demos and tests alone.

    A page that stands in nobody's frame shares no window with whoever opened it either.
    """
    policy: PagePolicy | MailPolicy | None = g.get("page_policy")
    headers = response.headers
    told = policy.header(with_pictures_from_here=with_pictures_from_here) if policy else _NOTHING
    headers.setdefault("Content-Security-Policy", told)
    for name, value in bare_headers(is_https=is_https).items():
        headers.setdefault(name, value)
    if policy is None or not policy.frame_ancestors:
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response


def bare_headers(*, is_https: bool) -> dict[str, str]:
    """What every answer of ours has, a stream's too, but for what its page may do."""
    headers = {
        "Content-Security-Policy": _NOTHING,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": _REFERRER_POLICY,
        "Cache-Control": "no-store",
        "Permissions-Policy": _PERMISSIONS,
    }
    return headers | ({"Strict-Transport-Security": _HSTS} if is_https else {})


def _sources(*sources: str) -> str:
    unique = tuple(dict.fromkeys(sources))
    for source in unique:
        if any(character in source for character in " ;,\r\n\t"):
            raise ValueError(f"not a CSP source: {source!r}")
    return " ".join(unique)

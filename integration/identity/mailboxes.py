"""Which mailbox an address leads to, by the rules of the providers that tell theirs.

For suggestions only: that two addresses are one mailbox links nobody. All of it works on addresses
in the form of `integration.identity.normalize`; an address with a letter that isn't ASCII is no
mailbox of these providers and has none of these forms, so a look-alike never matches. A domain in
its own script and in the form that travels (`xn--…`) is one domain.
"""

import idna

# Google: dots and what follows a plus don't matter; googlemail.com is gmail.com.
# https://support.google.com/mail/answer/7436150
_GMAIL = "gmail.com"
_DOTS_DONT_MATTER = frozenset({_GMAIL, "googlemail.com"})
# Those that document RFC 5233's plus for everybody's mailbox: Microsoft's, Apple's, Proton's,
# Fastmail's, mailbox.org, Posteo. Yahoo has another way (a hyphen after a name of its own choice).
_PLUS_IS_A_TAG = _DOTS_DONT_MATTER | {
    "outlook.com",
    "hotmail.com",
    "hotmail.co.uk",
    "live.com",
    "msn.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "proton.me",
    "protonmail.com",
    "pm.me",
    "fastmail.com",
    "fastmail.fm",
    "mailbox.org",
    "posteo.de",
}
# Several names of one provider, where a mailbox has the same name under each.
_SAME_DOMAIN = {
    "googlemail.com": _GMAIL,
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "protonmail.com": "proton.me",
    "pm.me": "proton.me",
}
# Well-known providers' domains with one typing error, or another ending. Names under which somebody
# gives mailboxes (mail.com, email.cz, ymail.com, gmx.com) aren't here.
_MISTYPED = {
    **dict.fromkeys(
        (
            "gmial.com",
            "gmai.com",
            "gmal.com",
            "gamil.com",
            "gmaill.com",
            "gmail.con",
            "gmail.cm",
            "gmail.co",
            "gmail.om",
            "gnail.com",
            "gmaul.com",
            "gmeil.com",
            "gmail.gr",
            "gmail.cz",
            "gmail.co.il",
        ),
        _GMAIL,
    ),
    **dict.fromkeys(
        ("hotmial.com", "hotmal.com", "hotmai.com", "hotmail.con", "hotamil.com", "hotmaill.com"),
        "hotmail.com",
    ),
    **dict.fromkeys(("outlok.com", "outlook.con", "outloook.com", "otlook.com"), "outlook.com"),
    **dict.fromkeys(("yaho.com", "yahooo.com", "yahoo.con", "yhaoo.com"), "yahoo.com"),
    **dict.fromkeys(("iclod.com", "icloud.con", "icoud.com"), "icloud.com"),
    **dict.fromkeys(("senzam.cz", "seznma.cz", "seznam.com", "sezam.cz"), "seznam.cz"),
    **dict.fromkeys(("wp.lp", "wp.pll"), "wp.pl"),
    **dict.fromkeys(("onet.lp", "ont.pl"), "onet.pl"),
    **dict.fromkeys(("wala.co.il", "walla.co.li", "wallla.co.il"), "walla.co.il"),
    **dict.fromkeys(("otenet.rg", "otent.gr"), "otenet.gr"),
}
_MISTYPED_PROVIDERS = frozenset(_MISTYPED.values())
# RFC 2142's names and what shops see: mailboxes of a role, not of a person.
_ROLES = frozenset(
    "abuse accounting accounts admin administrator billing bookings bot contact customerservice "
    "donotreply email enquiries enquiry eshop finance hello help helpdesk hostmaster hr info "
    "inquiries invoice invoices it jobs kontakt legal logistics mail mailerdaemon marketing media "
    "nobody noemail nomail none noreply office order orders postmaster press privacy procurement "
    "purchasing reception reservations root sales secretary security sekretariat service shop "
    "spam support team test warehouse webmaster fakturace faktury obchod ucetni uctarna biuro "
    "faktura ksiegowosc sklep zamowienia".split()
)
# Addresses that a marketplace or a browser makes up for one buyer: they end with its domain.
_RELAYS = (
    "marketplace.amazon.com",
    "marketplace.amazon.co.uk",
    "marketplace.amazon.de",
    "marketplace.amazon.fr",
    "marketplace.amazon.it",
    "marketplace.amazon.es",
    "marketplace.amazon.nl",
    "marketplace.amazon.pl",
    "marketplace.amazon.se",
    "members.ebay.com",
    "members.ebay.co.uk",
    "members.ebay.de",
    "privaterelay.appleid.com",
    "mozmail.com",
    "duck.com",
    "user.allegromail.pl",
    "allegromail.pl",
)
# No address of anybody's: RFC 2606, and what is typed where a form insists.
_NOBODYS = frozenset(
    {"no.com", "none.com", "nomail.com", "noemail.com", "test.com", "asd.com", "aa.aa", "a.a"}
)
_SEPARATORS = str.maketrans("", "", ".-_")


def mailbox_of(address: str) -> str | None:
    """One form of all addresses that lead to this mailbox; None where no rule is known.

    A mistyped domain of a well-known provider counts as the provider's. None for mailboxes of a
    role and for addresses that a marketplace made up.
    """
    local, _, domain = address.rpartition("@")
    if not local.isascii() or is_nobodys(address) or is_relay(address):
        return None
    if (international := _international(domain)) is not None:
        return f"{local}@{international}"
    meant = _MISTYPED.get(domain, domain)
    if meant not in _PLUS_IS_A_TAG and meant not in _MISTYPED_PROVIDERS:
        return None
    name = local.partition("+")[0] if meant in _PLUS_IS_A_TAG else local
    if meant in _DOTS_DONT_MATTER:
        name = name.replace(".", "")
    return f"{name}@{_SAME_DOMAIN.get(meant, meant)}" if name and not _is_role(name) else None


def is_mistyped(address: str) -> bool:
    """Whether the domain is a typing error of a well-known provider's."""
    return address.rpartition("@")[2] in _MISTYPED


def is_nobodys(address: str) -> bool:
    """Whether the address is a role's, or one that is typed in place of an address."""
    local, _, domain = address.rpartition("@")
    is_made_up = domain in _NOBODYS or domain.endswith((".invalid", ".test", ".localhost"))
    return is_made_up or _is_role(local)


def is_relay(address: str) -> bool:
    """Whether a marketplace or a browser made the address up: it says nothing of its owner."""
    domain = address.rpartition("@")[2]
    return any(domain == relay or domain.endswith(f".{relay}") for relay in _RELAYS)


def _international(domain: str) -> str | None:
    """The form that travels of a domain beyond ASCII; None for others and for what can't be one."""
    if domain.isascii() and "xn--" not in domain:
        return None
    try:
        # By IDNA 2008 without any mapping: full-width letters and the like are none of its letters.
        return idna.encode(domain, strict=True).decode()
    except UnicodeError:
        return None


def _is_role(local: str) -> bool:
    return local.partition("+")[0].translate(_SEPARATORS) in _ROLES

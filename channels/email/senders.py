"""Who a mail is from, and how far that can be believed."""

import hashlib
import unicodedata
from dataclasses import dataclass

from channels.email.addresses import Addresses, addresses_within, domain_of, read_addresses
from channels.email.alignment import Checked, check, claimed_server
from channels.email.headers import Headers
from channels.records import Address, Person, TrustLevel

# Letters of Cyrillic and Greek that look like a Latin one.
_LOOKALIKES = frozenset("аеорсухіјѕһԁԛԝӏαορνυικ")


@dataclass(frozen=True, slots=True)
class Sender:
    """The person, and what agents are shown about how we know."""

    person: Person
    facts: dict[str, str]


def read_sender(headers: Headers, raw: bytes, trusted_server: str | None) -> Sender:
    """The sender. One that isn't named gets an address of nobody's, of this mail's own."""
    written = [read_addresses(value, headers.language) for value in headers.all_plain("from")]
    found = [address for each in written for address in each.found]
    if not found:
        return Sender(_unnamed(headers, raw), {"sender": "missing"})
    address = found[0]
    checked = check(headers, address.address, trusted_server)
    doubt = _doubt(written, address)
    facts = _facts(headers, checked, doubt)
    is_aligned = checked.is_aligned and doubt is None
    trust: TrustLevel = "aligned" if is_aligned else "claimed"
    return Sender(Person("email", address.address, trust, address.name), facts)


def _facts(headers: Headers, checked: Checked, doubt: str | None) -> dict[str, str]:
    facts = dict(checked.facts)
    if checked.server is not None:
        facts["checked_by"] = checked.server
    elif (claimed := claimed_server(headers)) is not None:
        facts["results_not_trusted_of"] = claimed
    if doubt is not None:
        facts["doubt"] = doubt
    return facts


def _doubt(written: list[Addresses], address: Address) -> str | None:
    """Why the address can't be taken as the sender's, whatever its domain says."""
    if len(written) != 1 or len(written[0].found) != 1:
        return "several_senders"
    if not written[0].is_sound:
        return "unsound_sender"
    shown = addresses_within(address.name or "")
    if any(each.lower() != address.address.lower() for each in shown):
        return "name_shows_another_address"
    return "lookalike_domain" if is_lookalike(address.address) else None


def is_lookalike(address: str) -> bool:
    """Whether a domain has a label of several scripts, or one that is made to look Latin."""
    ascii_domain = domain_of(address)
    labels = []
    for label in ascii_domain.split("."):
        try:
            is_coded = label.startswith("xn--")
            labels.append(label[4:].encode().decode("punycode") if is_coded else label)
        except UnicodeError:
            return True
    return not ascii_domain or any(_is_odd(label) for label in labels)


def _is_odd(label: str) -> bool:
    letters = [character for character in label if character.isalpha()]
    scripts = {unicodedata.name(each, "?").partition(" ")[0] for each in letters}
    return len(scripts) > 1 or (bool(letters) and set(letters) <= _LOOKALIKES)


def _unnamed(headers: Headers, raw: bytes) -> Person:
    for name in ("sender", "reply-to", "return-path"):
        found = read_addresses(headers.plain(name) or "", headers.language).found
        if found:
            return Person("email", found[0].address, "claimed", found[0].name)
    digest = hashlib.sha256(raw).hexdigest()[:16]
    return Person("email", f"unknown-{digest}@sender.invalid", "claimed")

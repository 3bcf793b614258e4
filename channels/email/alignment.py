"""Whether the domain in From vouches for a mail, by what the receiving server found out.

Only the topmost Authentication-Results header counts, and only with the name of the server that
the merchant's mailbox is on (RFC 8601, 5): whoever sends a mail can write any below it. We check
no signature ourselves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.email.addresses import domain_of
from channels.email.headers import Headers

# One method with its result, and the properties behind it; comments are taken out before. What is
# quoted in a value can be the sender's words (a local part): it is never looked into.
_METHOD = re.compile(r"\s*([a-z0-9-]{1,30})(?:\s*/\s*\d+)?\s*=\s*([a-z]{1,20})\b(.*)", re.DOTALL)
_PROPERTY = re.compile(
    r"(?:([a-z]{1,20}\.[a-z0-9-]{1,30})\s*=\s*)?((?:\"(?:[^\"\\]|\\.)*\"|[^\s\"])+)"
)
_TOLD = ("spf", "dkim", "dmarc")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the receiving server says. `is_aligned`: From's domain stands behind the mail.

    `server` is who says so, None where nobody who is trusted says anything. `facts` are the
    results by method.
    """

    is_aligned: bool
    server: str | None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    result: str
    properties: Mapping[str, str]


def check(headers: Headers, sender: str, trusted_server: str | None) -> Checked:
    """Judge a mail whose only sender is that address."""
    header = headers.plain("authentication-results")
    server, results = _read(header or "")
    if header is None or not trusted_server or server != trusted_server.lower():
        return Checked(False, None)
    facts = {each.method: each.result for each in reversed(results) if each.method in _TOLD}
    return Checked(_is_aligned(results, domain_of(sender)), server, facts)


def claimed_server(headers: Headers) -> str | None:
    """Who the topmost header says it is from: a hint for whoever sets the channel up."""
    header = headers.plain("authentication-results")
    server = _read(header)[0] if header else ""
    return server[:100] or None


def _is_aligned(results: list[_Result], domain: str) -> bool:
    if not domain:
        return False
    dmarc = [each for each in results if each.method == "dmarc"]
    if any(each.result == "pass" and _is_about(each, domain) for each in dmarc):
        return len(dmarc) == 1
    if any(each.result in ("fail", "reject", "quarantine") for each in dmarc):
        return False
    return any(each.result == "pass" and _vouches(each, domain) for each in results)


def _is_about(result: _Result, domain: str) -> bool:
    told = result.properties.get("header.from")
    return told is None or domain_of(told) == domain


def _vouches(result: _Result, domain: str) -> bool:
    """DKIM's or SPF's pass for From's own domain, or for one above it.

    DMARC's relaxed alignment also takes one below it; that needs the list of public suffixes, and
    a server that knows it says `dmarc=pass`.
    """
    if result.method == "dkim":
        told = result.properties.get("header.d") or result.properties.get("header.i", "")
    elif result.method == "spf":
        told = result.properties.get("smtp.mailfrom", "")
    else:
        return False
    # `"victim.example"@evil.example`: the domain stands behind the last @, outside of quotes.
    vouching = domain_of(told)
    return vouching.count(".") >= 1 and (domain == vouching or domain.endswith(f".{vouching}"))


def _read(header: str) -> tuple[str, list[_Result]]:
    """The server's name and its results (RFC 8601, 2.2); no results where its form is broken."""
    first, *rest = _statements(header[:20_000].lower())
    words = first.split()
    server = words[0] if words else ""
    if "=" in server:
        # Some leave their name out and begin with a result.
        server, rest = "", [first, *rest]
    results = []
    for each in rest[:60]:
        found = _METHOD.match(each)
        if found is not None:
            properties: dict[str, str] = {}
            for name, value in _PROPERTY.findall(found.group(3)):
                if name:
                    properties.setdefault(name, value)
            results.append(_Result(found.group(1), found.group(2), properties))
    return server, results


def _statements(header: str) -> list[str]:
    """What stands between semicolons, without comments; only the name where one never ends."""
    statements = [""]
    depth, is_quoted, position = 0, False, 0
    while position < len(header):
        character = header[position]
        piece = header[position : position + 2] if character == "\\" else character
        position += len(piece)
        if not is_quoted and character in "()":
            depth = max(0, depth + (1 if character == "(" else -1))
            statements[-1] += " "
        elif depth == 0 and not is_quoted and character == ";":
            statements.append("")
        elif depth == 0:
            is_quoted = is_quoted != (character == '"')
            statements[-1] += piece
    return statements if depth == 0 and not is_quoted else statements[:1]

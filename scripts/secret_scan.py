"""Whether something that looks like a secret stands in a file that is tracked, or about to be.

Rules for what the systems beside us hand out, for keys, tokens and passwords of any kind, and for
long random values under a telling name. scripts/secrets_allowed.toml lists what is none: by file,
with the reason and a digest of each value, so that another value in that file is found as well.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = ROOT / "scripts" / "secrets_allowed.toml"
_LARGEST = 4 * 1024 * 1024
# Bits a character: words have some 3, random letters and digits some 4 or more.
_RANDOM = 3.4
_B64 = "A-Za-z0-9_-"
# What a secret is called, also in the midst of a longer name: SECRET_KEY, access_token_1.
_TELLING = (
    r"(?i:(?:secret|token|passw(?:or)?d|(?:api|auth|private|access|encryption)[_-]?keys?)"
    r"(?:[_-][a-z0-9]{1,12}){0,3})"
)

RULES = {
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "shopify": r"\bshp(?:at|ca|pa|ss|ua|tka)_[0-9a-fA-F]{32}\b",
    "woocommerce": r"\bc[ks]_[0-9a-f]{40}\b",
    "aws": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "github": r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b",
    "slack": r"\bxox[abprs]-[A-Za-z0-9-]{20,}\b",
    "stripe": r"\b[rs]k_live_[A-Za-z0-9]{20,}\b",
    "twilio": r"\b(?:AC|SK)[0-9a-f]{32}\b",
    "google": r"\bAIza[A-Za-z0-9_-]{35}\b",
    "sendgrid": rf"\bSG\.[{_B64}]{{22}}\.[{_B64}]{{43}}",
    "mailgun": r"\bkey-[0-9a-f]{32}\b",
    "signed token": rf"\beyJ[{_B64}]{{10,}}\.eyJ[{_B64}]{{10,}}\.[{_B64}]{{10,}}",
    "tillside session": rf"\bts[bwp]_[{_B64}]{{43}}\b",
    "tillside key": rf"\b[a-z0-9]{{1,16}}:[{_B64}]{{43}}(?![{_B64}])",
    "password in an address": r"\b[a-z][a-z0-9+.-]*://[^/\s:@\"'{}$<>]+:[^@\s/\"'{}$<>]{6,}@[\w.-]+",
    "value under a telling name": rf"{_TELLING}[\"']?\]?\s*[:=]\s*[\"']([^\s\"']{{16,}})[\"']",
    # As in .env and YAML: alone in its line, without quotes.
    "plain value under a telling name": (
        rf"^\s*(?:export |- |[A-Z]+ )?[\w.-]*?{_TELLING}\s*[:=]\s*([^\s\"'#,;]{{16,}})\s*(?:#.*)?$"
    ),
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in RULES.items()}
_GENERAL = frozenset(("value under a telling name", "plain value under a telling name"))


@dataclass(frozen=True, slots=True)
class Found:
    """Something that looks like a secret. `digest` stands for the value, which is never printed."""

    file: str
    line: int
    rule: str
    digest: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule} (digest {self.digest})"


def main(arguments: list[str]) -> int:
    """0 where there is none. Arguments: files to look at; none: all that git tracks or would."""
    allowed = read_allowed(ALLOWED)
    files = arguments or tracked()
    seen = [found for name in files for found in scan_file(ROOT / name, name)]
    wrong = [found for found in seen if (found.file, found.digest) not in allowed]
    for found in wrong:
        print(f"secrets: {found}", file=sys.stderr)
    stale = set() if arguments else allowed - {(found.file, found.digest) for found in seen}
    for file, digest in sorted(stale):
        print(
            f"secrets: {file} has nothing of digest {digest} any more: unlist it", file=sys.stderr
        )
    if not wrong and not stale:
        print(f"secrets: none in {len(files)} files by {len(RULES)} rules; {len(allowed)} listed")
    return 1 if wrong or stale else 0


def tracked() -> list[str]:
    """What git tracks, and what isn't ignored and may be added."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(filter(None, told.split("\0")))


def scan_file(path: Path, name: str) -> Iterator[Found]:
    """What looks like a secret in a file of text; files of other bytes hold no text to look at."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
        return
    data = path.read_bytes()
    if b"\0" in data[:8192]:
        return
    yield from scan_text(data.decode("utf-8", "replace"), name)


def scan_text(text: str, name: str) -> Iterator[Found]:
    """What looks like a secret in a text, each value of a line once."""
    for number, line in enumerate(text.splitlines(), 1):
        values: dict[str, str] = {}
        for rule, pattern in _PATTERNS.items():
            for match in pattern.finditer(line):
                value = match[1] if rule in _GENERAL else match[0]
                if rule not in _GENERAL or is_random(value):
                    values.setdefault(value, rule)
        for value, rule in values.items():
            yield Found(name, number, rule, digest_of(value))


def is_random(value: str) -> bool:
    """Whether a value looks drawn rather than written: no words, digits among letters."""
    if not re.fullmatch(r"[A-Za-z0-9+/=_.\-]+", value):
        return False
    if not re.search(r"\d", value) or not re.search(r"[A-Za-z]", value):
        return False
    longest_word = max((len(each) for each in re.findall(r"[a-z]+|[A-Z]+", value)), default=0)
    return longest_word < 7 and entropy(value) >= _RANDOM


def entropy(value: str) -> float:
    """Shannon's, in bits a character."""
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares)


def digest_of(value: str) -> str:
    """What a listed value is known by."""
    return sha256(value.encode()).hexdigest()[:12]


def read_allowed(path: Path) -> set[tuple[str, str]]:
    """The values that are none of ours, by file and digest."""
    told = tomllib.loads(path.read_text(encoding="utf-8")).get("allowed", [])
    return {(each["file"], digest) for each in told for digest in each["digests"]}


def reasons(path: Path = ALLOWED) -> Iterable[tuple[str, str]]:
    """Each listed file with its reason."""
    told = tomllib.loads(path.read_text(encoding="utf-8")).get("allowed", [])
    return [(each["file"], each["reason"]) for each in told]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Each kind of secret is found where it is planted, and what only resembles one isn't.

What is planted here is put together while the test runs: no file of ours holds it.
"""

import random
import string
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import secret_scan
from scripts.secret_scan import ROOT, RULES, Found, is_random, read_allowed, reasons, scan_text

_DRAWN = random.Random(7)
HEX = "".join(_DRAWN.choices("0123456789abcdef", k=64))
ANY = "".join(_DRAWN.choices(string.ascii_letters + string.digits, k=96))
UPPER = "".join(_DRAWN.choices(string.ascii_uppercase + string.digits, k=32))
PLANTED = {
    "private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "shopify": "shp" + "at_" + HEX[:32],
    "woocommerce": "c" + "s_" + HEX[:40],
    "aws": "AK" + "IA" + UPPER[:16],
    "github": "gh" + "p_" + ANY[:36],
    "slack": "xox" + "b-" + ANY[:24],
    "stripe": "sk_" + "live_" + ANY[:24],
    "twilio": "A" + "C" + HEX[:32],
    "google": "AI" + "za" + ANY[:35],
    "sendgrid": "S" + "G." + ANY[:22] + "." + ANY[22:65],
    "mailgun": "ke" + "y-" + HEX[:32],
    "signed token": "ey" + "J" + ANY[:20] + ".ey" + "J" + ANY[20:50] + "." + ANY[50:90],
    "tillside session": "ts" + "b_" + ANY[:43],
    "tillside key": "k1" + ":" + ANY[:43],
    "password in an address": "postgresql://tillside" + ":" + ANY[:12] + "@db.example/tillside",
    "value under a telling name": "API_KEY" + ' = "' + ANY[:32] + '"',
}


# Whole lines, as .env and YAML have them.
PLAIN = "plain value under a telling name"
LINES = {
    PLAIN: (
        "SECRET" + "_KEY=" + ANY[:40],
        "export SHOPIFY_API" + "_SECRET=" + HEX[:32],
        "  client" + "_secret: " + ANY[:32] + "  # mine",
        "ENV METRICS" + "_TOKEN=" + ANY[:32],
    ),
    "value under a telling name": (
        "SECRET" + '_KEY = "' + ANY[:40] + '"',
        "aws_secret" + "_access_key = '" + ANY[:40] + "'",
        '{"access' + '_token_1": "' + ANY[:32] + '"}',
    ),
}


def test_there_is_something_planted_for_each_rule() -> None:
    assert set(PLANTED) | {PLAIN} == set(RULES)


@pytest.mark.parametrize(
    ("rule", "line"), [(rule, line) for rule, lines in LINES.items() for line in lines]
)
def test_longer_names_and_values_without_quotes_are_found(rule: str, line: str) -> None:
    assert [each.rule for each in scan_text(line, "some.env")] == [rule]


@pytest.mark.parametrize("rule", sorted(PLANTED))
@pytest.mark.parametrize("line", ["{}", "x = '{}'  # mine", '{{"a": "{}"}}', "export A={}"])
def test_what_is_planted_is_found(rule: str, line: str) -> None:
    planted = PLANTED[rule]
    if rule == "value under a telling name" and '"' in line:
        planted = planted.replace('"', "'")
    found = list(scan_text(f"first\n{line.format(planted)}\n", "some.py"))
    assert [(each.rule, each.line) for each in found] == [(rule, 2)]
    assert ANY[:12] not in str(found[0])


@pytest.mark.parametrize(
    "line",
    [
        'token = "a-word-that-is-written-out-for-tests"',
        'password = "correct horse battery staple"',
        "token = make_token(account_id, conversation_id)",
        'secret_key = "••••••••••••••••"',
        "https://user@host.example/path:8080",
        "DATABASE_URL=postgresql+psycopg://localhost/tillside",
        "--hash=sha256:" + HEX,
        "commit " + HEX[:40],
        'csrf_token="{{ token }}"',
        "ck_1 and cs_1",
        "secret_key = make_secret_1(account_id)",
        "SECRET_KEY=replace-by-your-own-random-one-1",
    ],
)
def test_what_only_resembles_one_is_none(line: str) -> None:
    assert list(scan_text(line, "some.py")) == []


@pytest.mark.parametrize(
    ("value", "is_drawn"),
    [(ANY[:24], True), (HEX[:32], True), ("webhook-signature-2", False), ("a" * 20 + "1", False)],
)
def test_what_was_drawn_is_told_from_what_was_written(value: str, is_drawn: bool) -> None:
    assert is_random(value) is is_drawn


def test_a_listed_value_hides_no_other_in_its_file(tmp_path: Path) -> None:
    listed = tmp_path / "allowed.toml"
    digest = secret_scan.digest_of(PLANTED["aws"])
    listed.write_text(f'[[allowed]]\nfile = "a.py"\nreason = "made up"\ndigests = ["{digest}"]\n')
    allowed = read_allowed(listed)
    text = f"{PLANTED['aws']}\n{PLANTED['github']}\n"
    found = list(scan_text(text, "a.py"))
    assert [each.rule for each in found if (each.file, each.digest) not in allowed] == ["github"]
    elsewhere = Found("b.py", 1, "aws", digest)
    assert (elsewhere.file, elsewhere.digest) not in allowed


def test_each_listed_file_has_its_reason() -> None:
    told = list(reasons())
    assert told
    assert all(len(reason) > 20 and (ROOT / file).exists() for file, reason in told)


def test_the_command_fails_for_a_file_with_a_secret(tmp_path: Path) -> None:
    planted = tmp_path / "settings.py"
    planted.write_text(f"KEY = '{PLANTED['stripe']}'\n")
    command = [sys.executable, str(ROOT / "scripts" / "secret_scan.py"), str(planted)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "settings.py:1: stripe" in run.stderr
    assert PLANTED["stripe"] not in run.stderr
    planted.write_text("nothing\n")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0

"""Mails are read in children: limited, killed when they overrun, and the next one is served."""

import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from channels.email import parsing
from channels.email.channel import create
from channels.email.parsing import Parser
from channels.email.reading import read_mail
from channels.errors import TooLarge, Unreadable
from tests.channels.email.mails import OURS, account, message, raw
from tests.integration.demo.running_demo import alive

_GOOD = raw("Subject: good", body="Hello")


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    made = Parser()
    yield made
    made.close()


def _nested(depth: int) -> bytes:
    body = "".join(
        f"--{level}\r\nContent-Type: multipart/mixed; boundary={level + 1}\r\n\r\n"
        for level in range(depth)
    )
    return raw("Content-Type: multipart/mixed; boundary=0", body=body)


_MULTIPART = "Content-Type: multipart/mixed; boundary=b"
_HTML = "Content-Type: text/html; charset=utf-8"
BOMBS = {
    "3000 nested parts": _nested(3000),
    "3000 mails in a mail": raw(
        _MULTIPART, body="--b\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\n" * 3000
    ),
    "20000 encoded words": raw("Subject: " + "=?utf-8?Q?a?= " * 20_000),
    "a header of a megabyte": raw("Subject: " + "a" * 1_000_000),
    "20000 headers": raw(*(f"X-{number}: y" for number in range(20_000))),
    "20000 parts": raw(_MULTIPART, body="--b\r\n\r\nx\r\n" * 20_000),
    "5000 files": raw(_MULTIPART, body="--b\r\nContent-Disposition: attachment\r\n\r\n\r\n" * 5000),
    "50 MB": raw(body=b"x" * 50_000_000),
}
HEAVY = {
    "30 MB of boundaries that are none": raw(_MULTIPART, body=b"--bb\r\n" * 5_000_000),
    "10000 recipients": raw("To: " + ", ".join(f"a{n}@b.example" for n in range(10_000))),
    "an address list of quotes": raw("To: " + '"' * 100_000),
    "an address list of comments": raw("To: " + "(" * 100_000),
    "parameters without an end": raw("Content-Type: text/plain; " + "a=" * 100_000),
    "parameters in many pieces": raw(
        "Content-Type: text/plain; " + "; ".join(f"name*{n}*=%41" for n in range(9000))
    ),
    "references": raw("References: " + "<a@b>" * 40_000),
    "results": raw("Authentication-Results: " + "mx.shop.example; " + "a=b (" * 40_000),
    "100000 tags, one in the other": raw(_HTML, body="<div>" * 100_000),
    "100000 lists, one in the other": raw(_HTML, body="<table><tr><td>" * 60_000),
    "unclosed tags": raw(_HTML, body="<a href='" * 300_000),
    "comments": raw(_HTML, body="<!--" * 500_000),
    "styles": raw(_HTML, body="<p style='" + "color:red;" * 300_000 + "'>"),
    "a million lines that end with a colon": raw(body="On 1 x:\r\n" * 200_000),
    "announcements": raw(body="hi\r\n" + ("On " + "1 wrote " * 40 + "\r\n") * 3000),
    "quoted lines": raw(body="> " * 500_000 + "\r\n" + "> a\r\n" * 100_000),
    "flowed lines": raw("Content-Type: text/plain; format=flowed", body="a \r\n" * 200_000),
    "labels": raw(body="hi\r\n" + "From: a\r\n\r\n" * 20_000),
    "meta": raw(_HTML.partition(";")[0], body="<meta " * 100_000),
    "base64 of padding": raw("Content-Transfer-Encoding: base64", body="=" * 3_000_000),
    "base64 of pieces": raw("Content-Transfer-Encoding: base64", body="YQ==" * 1_000_000),
    "rules": raw(body="hi\r\n" + "-" * 500_000 + " original message " + "-" * 500_000),
    "stars": raw(body="hi\r\n" + ("*" * 2000 + "\r\n") * 400),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_parked_within_two_seconds_and_the_next_mail_is_served(
    name: str, parser: Parser
) -> None:
    """Seconds of the processor: the clock's also pass while a busy machine does other things."""
    before = time.process_time() + _spent()
    with pytest.raises(Unreadable) as refused:
        parser.read(BOMBS[name], OURS)
    assert time.process_time() + _spent() - before < 2.0
    assert str(refused.value).endswith(".")
    assert isinstance(refused.value, TooLarge) == (name == "50 MB")
    assert parser.read(_GOOD, OURS).subject == "good"


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_mail_is_read_or_parked_soon(name: str, parser: Parser) -> None:
    """On a machine that has no time, that isn't two seconds of the clock, but of the processor."""
    before = _spent()
    with suppress(Unreadable):
        parser.read(HEAVY[name], OURS)
    # Of a first child that was starved, one at most; of the next three, and what starting takes.
    assert _spent() - before < 5.0
    assert parser.read(_GOOD, OURS).subject == "good"


def test_a_large_honest_mail_is_read(parser: Parser) -> None:
    mail = message("Here")
    data = os.urandom(24 * 1024 * 1024)
    mail.add_attachment(data, maintype="application", subtype="pdf", filename="a.pdf")
    inbound = parser.read(mail.as_bytes(), OURS)
    assert inbound.files[0].data == data
    assert inbound.text == "Here"


def test_what_comes_out_of_a_child_is_what_reading_gives(parser: Parser) -> None:
    mail = message("Hello\n\n-- \nAnn", Subject="Πού;", References="<a@b.example>")
    mail.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="α.pdf")
    assert parser.read(mail.as_bytes(), OURS) == read_mail(mail.as_bytes(), OURS)


def _children() -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"channels.email.parsing_child" in path.read_bytes():
                parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == os.getpid():
                    found.add(int(path.parent.name))
        except (OSError, ValueError):
            continue
    return found


def _spent() -> float:
    """Seconds of the processor that our children used, also those that are gone."""
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = gone.ru_utime + gone.ru_stime
    for child in _children():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        told += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return told


def test_a_child_serves_many_and_a_dead_one_is_replaced() -> None:
    parser = Parser()
    before = _children()
    parser.read(_GOOD, OURS)
    (child,) = _children() - before
    parser.read(_GOOD, OURS)
    assert _children() - before == {child}
    os.kill(child, signal.SIGKILL)
    while alive({child}):
        time.sleep(0.01)
    assert parser.read(_GOOD, OURS).subject == "good"
    (next_child,) = _children() - before
    assert next_child != child
    parser.close()
    assert not alive({next_child})


def test_a_child_that_hangs_is_killed_and_the_mail_parked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "PATIENT_SECONDS", 0.5)
    parser = Parser(wall_seconds=0.5)
    before = _children()
    parser.read(_GOOD, OURS)
    (child,) = _children() - before
    os.kill(child, signal.SIGSTOP)
    # It is starved, not busy: the mail gets another child, which reads it.
    assert parser.read(_GOOD, OURS).subject == "good"
    assert not alive({child})
    parser.close()


def test_a_child_that_dies_while_it_reads_is_no_fault_of_the_mail() -> None:
    parser = Parser()
    before = _children()
    parser.read(_GOOD, OURS)
    (child,) = _children() - before
    os.kill(child, signal.SIGSTOP)
    killer = threading.Timer(0.3, os.kill, [child, signal.SIGKILL])
    killer.start()
    assert parser.read(_GOOD, OURS).subject == "good"
    killer.join()
    parser.close()


def test_a_child_that_is_busy_is_killed_and_the_mail_parked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parsing, "_STARVED_SECONDS", 0.0)
    parser = Parser(wall_seconds=0.01)
    before = _children()
    with pytest.raises(Unreadable, match="takes longer than it may"):
        parser.read(raw(body=b"a line\r\n" * 2_000_000), OURS)
    assert _children() == before
    parser._wall_seconds = 10.0
    assert parser.read(_GOOD, OURS).subject == "good"
    parser.close()


def test_a_child_has_nothing_of_ours_and_is_limited() -> None:
    parser = Parser()
    before = _children()
    os.environ["CANARY_OF_THE_PARENT"] = "secret"
    try:
        parser.read(_GOOD, OURS)
    finally:
        del os.environ["CANARY_OF_THE_PARENT"]
    (child,) = _children() - before
    environment = Path(f"/proc/{child}/environ").read_bytes()
    assert b"CANARY" not in environment
    opened = {os.readlink(path) for path in Path(f"/proc/{child}/fd").iterdir()}
    assert not any(each.startswith("socket:") or each.endswith(".db") for each in opened)
    assert resource.prlimit(child, resource.RLIMIT_AS)[1] == 1024 * 1024 * 1024
    assert resource.prlimit(child, resource.RLIMIT_FSIZE) == (0, 0)
    assert 2 <= resource.prlimit(child, resource.RLIMIT_CPU)[0] <= 5
    parser.close()


def test_threads_read_beside_each_other(parser: Parser) -> None:
    told: list[str | None] = []

    def work(number: int) -> None:
        told.append(parser.read(raw(f"Subject: {number}"), OURS).subject)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(filter(None, told)) == ["0", "1", "2", "3", "4", "5"]


def test_a_child_ends_with_its_pipe() -> None:
    parser = Parser()
    before = _children()
    parser.read(_GOOD, OURS)
    (child,) = _children() - before
    parser._idle[0].leave()
    deadline = time.monotonic() + 10
    while alive({child}):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.waitpid(child, 0)


def test_a_fork_has_children_of_its_own() -> None:
    shared = parsing.shared_parser()
    shared.read(_GOOD, OURS)
    before = list(shared._idle)
    forked = os.fork()
    if forked == 0:
        os._exit(0 if shared._idle == [] and shared.read(_GOOD, OURS).subject == "good" else 1)
    assert os.waitpid(forked, 0)[1] == 0
    assert shared._idle == before
    assert shared.read(_GOOD, OURS).subject == "good"


def test_the_channel_reads_by_a_child() -> None:
    def connect(host: str, port: int, *, timeout_seconds: float) -> None:
        raise AssertionError("reading calls nobody")

    inbound = create(connect).read(_GOOD, account())  # type: ignore[arg-type]
    assert (inbound.subject, inbound.text) == ("good", "Hello")

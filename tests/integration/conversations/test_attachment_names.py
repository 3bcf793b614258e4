"""Names of files as they are kept, whoever gave them."""

from typing import Any

import pytest

from channels.records import File
from tests.factories.conversations import mail_of


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\b.txt", "b.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u200bb\x07\0.pdf", "ab.pdf"),
        ("a\r\nb.pdf", "a b.pdf"),
        ("\ud800.pdf", ".pdf"),
        ("\u202e", "file"),
        ("τιμολόγιο.pdf", "τιμολόγιο.pdf"),
        ("x" * 5000 + ".pdf", "x" * 200 + ".pdf"),
    ],
)
def test_a_name_shows_what_it_is(inbox: Any, given: str, kept: str) -> None:
    file = File(given, "text/plain", b"text", 4)
    received = inbox.receive(mail_of(files=(file,)))
    (message,) = inbox.messages(received.conversation_id, "customer")
    assert [each.name for each in message.files] == [kept]

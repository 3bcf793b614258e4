"""Files of mails: named without tricks, told by their bytes."""

import zipfile
from email.message import EmailMessage
from io import BytesIO

import pytest

from channels.email.files import MOST_BYTES, clean_name, made_file, sniffed
from channels.email.reading import read_mail
from channels.errors import Unreadable
from tests.channels.email.mails import OURS, message, raw, read

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\b.txt", "b.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nContent-Type: x\0.pdf", "a Content-Type_ x.pdf"),
        ("..", "attachment.pdf"),
        ("", "attachment.pdf"),
        (None, "attachment.pdf"),
        ("τιμολόγιο .pdf", "τιμολόγιο .pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("a." + "b" * 300, "a." + "b" * 118),
        ('a"b<c>|d?.txt', "a_b_c__d_.txt"),
    ],
)
def test_names(given: str | None, name: str) -> None:
    assert clean_name(given, "application/pdf") == name


@pytest.mark.parametrize(
    ("data", "claimed", "media_type"),
    [
        (PNG, "text/html", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/png", "image/jpeg"),
        (b"%PDF-1.7", "text/plain", "application/pdf"),
        (b"<!DOCTYPE html><p>", "text/plain", "text/html"),
        (b"  <script>alert(1)</script>", "image/png", "text/html"),
        (b"\xef\xbb\xbf<svg xmlns='x'>", "image/png", "image/svg+xml"),
        (b'<?xml version="1.0"?><svg>', "text/xml", "image/svg+xml"),
        (b"MZ\x90\0", "image/png", "application/vnd.microsoft.portable-executable"),
        (b"a,b\n1,2", "text/csv", "text/csv"),
        (b"a,b\n1,2", "text/html", "text/plain"),
        (
            b"PK\x03\x04",
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.text",
        ),
        (b"PK\x03\x04", "text/html", "application/zip"),
        (b"\x78\x9f\x3e\x22\x00", "application/ms-tnef", "application/vnd.ms-tnef"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "x/y", "image/webp"),
        (b"\0\0\0\x18ftypheic\0", "x/y", "image/heif"),
        (b"\0\1\2\3", "application/pdf", "application/octet-stream"),
        (b"", "application/pdf", "text/plain"),
    ],
)
def test_kinds(data: bytes, claimed: str, media_type: str) -> None:
    assert sniffed(data, claimed) == media_type


def test_a_file_that_is_too_large_is_named_and_not_kept() -> None:
    data = b"\0" * (MOST_BYTES + 1)
    file = made_file("a.bin", "x/y", data, content_id=None, is_inline=False)
    assert (file.data, file.size_bytes, file.refused) == (b"", MOST_BYTES + 1, "larger than 25 MB")


def _with_file(name: str = "τιμολόγιο.pdf") -> EmailMessage:
    mail = message("See the file.")
    mail.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename=name)
    return mail


def test_a_file_with_a_name_in_pieces() -> None:
    inbound = read_mail(_with_file("πολύ " * 12 + ".pdf").as_bytes(), OURS)
    (file,) = inbound.files
    assert file.name == "πολύ " * 12 + ".pdf"
    assert (file.media_type, file.data, file.is_inline) == ("application/pdf", b"%PDF-1.7 x", False)
    assert inbound.text == "See the file."


def test_a_picture_within_the_text() -> None:
    mail = message("Look")
    mail.add_alternative('<p>Look <img src="cid:a1@x"></p>', subtype="html")
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<a1@x>")
    inbound = read_mail(mail.as_bytes(), OURS)
    (file,) = inbound.files
    assert (file.content_id, file.is_inline, file.name) == ("a1@x", True, "attachment.png")
    assert inbound.html is not None
    assert 'src="cid:a1@x"' in inbound.html


def test_a_zip_bomb_stays_packed() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", b"\0" * 50_000_000)
    mail = message("x")
    mail.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="b.zip")
    (kept,) = read_mail(mail.as_bytes(), OURS).files
    assert (kept.media_type, kept.size_bytes) == ("application/zip", len(packed.getvalue()))


def test_a_picture_of_any_claimed_size_is_kept_as_it_came_and_never_drawn() -> None:
    endless = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\x7f\xff\xff\xff" * 2 + b"\x08\x06\0\0\0"
    mail = message()
    mail.add_attachment(endless, maintype="image", subtype="png", filename="a.png")
    (file,) = read_mail(bytes(mail), OURS).files
    assert (file.media_type, file.data, file.refused) == ("image/png", endless, None)


def test_a_mail_within_a_mail_is_a_file_as_it_came() -> None:
    inner = raw("Subject: inner", body="--b is not ours")
    body = b"--b\r\n\r\nouter\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--"
    inbound = read("Content-Type: multipart/mixed; boundary=b", body=body)
    (file,) = inbound.files
    assert (file.name, file.data, inbound.text) == ("inner.eml", inner, "outer")


def test_more_than_a_hundred_files_are_not_read() -> None:
    part = "--b\r\nContent-Disposition: attachment; filename=a.bin\r\n\r\nx\r\n"
    with pytest.raises(Unreadable, match="more than 100 files"):
        read("Content-Type: multipart/mixed; boundary=b", body=part * 101 + "--b--")

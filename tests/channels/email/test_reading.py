"""Raw mails as they come: broken, in old charsets, with absurd dates; always a text, none lost."""

from datetime import UTC, datetime

import pytest

from channels.email.reading import read_mail
from tests.channels.email.mails import OURS, message, raw, read

GREEK = "Πού είναι η παραγγελία μου;"
HEBREW = "איפה ההזמנה שלי?"
POLISH = "Gdzie jest moje zamówienie? Proszę o odpowiedź."
CZECH = "Kde je moje objednávka? Děkuji, s pozdravem Řehoř."


@pytest.mark.parametrize(
    ("text", "codec", "content_type"),
    [
        (GREEK, "cp1253", "text/plain; charset=windows-1253"),
        (GREEK, "iso8859-7", "text/plain; charset=ISO-8859-7"),
        (GREEK, "cp1253", "text/plain"),
        (GREEK, "cp1253", "text/plain; charset=utf-8"),
        (GREEK, "utf-8", "text/plain; charset=us-ascii"),
        (HEBREW, "cp1255", "text/plain; charset=windows-1255"),
        (HEBREW, "iso8859-8", 'text/plain; charset="iso-8859-8-i"'),
        (HEBREW, "cp1255", "text/plain; charset=x-nobody-knows"),
        (POLISH, "cp1250", "text/plain; charset=windows-1250"),
        (POLISH, "iso8859-2", "text/plain; charset=iso-8859-2"),
        (CZECH, "cp1250", "text/plain"),
        (CZECH, "utf-8", "TEXT; charset=utf-8"),
        (GREEK, "utf-16", "text/plain; charset=utf-16"),
    ],
)
def test_charsets(text: str, codec: str, content_type: str) -> None:
    inbound = read(f"Content-Type: {content_type}", body=text.encode(codec))
    assert inbound.text == text


def test_html_only_in_an_old_charset_that_only_the_html_names() -> None:
    page = f'<html><head><meta charset="windows-1255"></head><p>{HEBREW}</p></html>'
    inbound = read("Content-Type: text/html", body=page.encode("cp1255"))
    assert inbound.text == HEBREW
    assert inbound.html == f"<p>{HEBREW}</p>"


def test_headers_in_eight_bits() -> None:
    mail = f"From: Νίκος <n@example.gr>\r\nSubject: {GREEK}\r\n\r\nx".encode("cp1253")
    inbound = read_mail(mail, OURS)
    assert (inbound.person.name, inbound.subject) == ("Νίκος", GREEK)


@pytest.mark.parametrize(
    ("date", "sent_at"),
    [
        ("Sun, 22 Nov 2026 14:00:00 +0200", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("22 Nov 2026 12:00", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 12:00:00 -0000", datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("Thu, 1 Jan 1970 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Mon, 99 Foo 20260 99:99:99", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(date: str, sent_at: datetime | None) -> None:
    assert read(f"Date: {date}").sent_at == sent_at


def test_text_and_html_of_one_mail() -> None:
    mail = message("Plain words\n")
    mail.add_alternative("<p>Rich <b>words</b></p>", subtype="html")
    inbound = read_mail(mail.as_bytes(), OURS)
    assert (inbound.text, inbound.html) == ("Plain words", "<p>Rich <b>words</b></p>\n")


def test_an_empty_text_beside_html_is_made_of_the_html() -> None:
    mail = message("\n")
    mail.add_alternative("<p>Rich words</p>", subtype="html")
    assert read_mail(mail.as_bytes(), OURS).text == "Rich words"


def test_texts_around_a_file_are_one_text() -> None:
    body = (
        "--b\r\n\r\nbefore\r\n--b\r\nContent-Type: image/png; name=a.png\r\n\r\n\x89PNG\r\n"
        "--b\r\nContent-Type: text/html\r\n\r\n<p>after</p>\r\n--b--"
    )
    inbound = read("Content-Type: multipart/mixed; boundary=b", body=body)
    assert inbound.text == "before\n\nafter"
    assert inbound.html == (
        '<div style="white-space: pre-wrap">before</div>\n<hr>\n<p>after</p>'.replace(": ", ":")
    )
    assert [file.name for file in inbound.files] == ["a.png"]


def test_flowed_text_is_put_together() -> None:
    inbound = read(
        "Content-Type: text/plain; format=flowed; charset=utf-8",
        body="A long \r\nline.\r\n\r\nOn 1/2/2024 10:00, Shop wrote:\r\n> quoted \r\n> on\r\n",
    )
    assert inbound.text == "A long line."
    assert inbound.quoted == "On 1/2/2024 10:00, Shop wrote:\n> quoted on"


def test_nothing_in_it_at_all() -> None:
    for mail in (b"", b"\r\n\r\n", b"\x00\x00", b"Subject: x"):
        inbound = read_mail(mail, OURS)
        assert inbound.external_id
        assert inbound.person.trust == "claimed"


def test_nulls_and_controls_are_no_text() -> None:
    inbound = read("Subject: a\x00b\x1b[31m", body=b"a\x00b\x07")
    assert (inbound.subject, inbound.text) == ("a\ufffdb\ufffd[31m", "a\ufffdb\ufffd")


def test_who_else_is_addressed() -> None:
    inbound = read("To: Shop <shop@shop.example>, b@example.com", "Cc: =?utf-8?Q?=CE=91?= <c@x.gr>")
    assert [each.address for each in inbound.to] == ["shop@shop.example", "b@example.com"]
    assert [(each.address, each.name) for each in inbound.cc] == [("c@x.gr", "Α")]


def test_answers_wanted_elsewhere_and_pictures_are_told() -> None:
    inbound = read(
        "Reply-To: other@example.com",
        "Content-Language: el-GR",
        "Content-Type: text/html",
        body='<p>a</p><img src="https://t.example/a.gif">',
    )
    assert inbound.facts["reply_to"] == "other@example.com"
    assert inbound.facts["remote_images"] == "1"
    assert inbound.locale == "el"


def test_an_outlook_package_is_a_file() -> None:
    part = (
        "--b\r\n\r\nSee winmail.dat\r\n--b\r\n"
        'Content-Type: application/ms-tnef; name="winmail.dat"\r\n\r\n'
    )
    body = part.encode() + b"\x78\x9f\x3e\x22\x01\x00\r\n--b--"
    inbound = read("Content-Type: multipart/mixed; boundary=b", body=body)
    (file,) = inbound.files
    assert (file.name, file.media_type) == ("winmail.dat", "application/vnd.ms-tnef")
    assert inbound.text == "See winmail.dat"


def test_an_encrypted_mail_says_so() -> None:
    mail = raw("Content-Type: application/pkcs7-mime; name=smime.p7m", body=b"0\x80\x06")
    inbound = read_mail(mail, OURS)
    assert inbound.facts["encrypted"] == "yes"
    assert [file.name for file in inbound.files] == ["smime.p7m"]


def test_html_that_is_too_tangled_gives_its_text_only() -> None:
    inbound = read("Content-Type: text/html", body="<div>" * 5000 + "a &amp; b" + "</div>" * 5000)
    assert (inbound.text, inbound.html) == ("a & b", None)

"""Files: uploaded, sent with an answer, fetched as something to be kept and never to be run."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from channels.records import File
from integration.conversations.attachments import CHUNK_BYTES, UPLOAD_BYTES_AT_MOST, tidy_uploads
from integration.models import Attachment, AttachmentChunk
from tests.factories.conversations import mail_of
from tests.ui_embed.api.conversing import Mailbox
from tests.ui_embed.sites import ELSEWHERE
from tests.ui_embed.world import KEY, OTHER_DOMAIN, World
from ui_embed.api.attachments import disposition

PATH = "/api/v1/attachments"


@pytest.fixture
def mailbox(world: World) -> Mailbox:
    return Mailbox(world)


def rows(world: World, model: Any) -> list[Any]:
    with world.services.db.workspace(world.workspace_id) as session:
        return list(session.query(model))


def upload(
    world: World, client: FlaskClient, data: bytes, name: str = "label.pdf", **fields: str
) -> Any:
    form = {"file": (io.BytesIO(data), name), **fields}
    return client.post(PATH, data=form, headers=world.bearer())


def kept_in_a_mail(world: World, mailbox: Mailbox, file: File) -> str:
    mailbox.receive(mail_of(files=(file,)))
    (row,) = rows(world, Attachment)
    return str(row.key)


def test_a_file_is_uploaded_sealed_fetched_and_sent(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    received = mailbox.receive()
    data = b"%PDF-1.7 canary" + b"x" * (2 * CHUNK_BYTES)
    headers = {**world.bearer(), "X-File-Name": "label.pdf"}
    at = f"{PATH}?conversation={received.conversation_id}"
    answer = client.post(at, data=data, headers=headers)
    assert answer.status_code == 201, answer.text
    told = answer.json["attachment"]
    assert (told["name"], told["media_type"], told["size_bytes"]) == (
        "label.pdf",
        "application/pdf",
        len(data),
    )
    assert len(told["key"]) >= 30
    chunks = rows(world, AttachmentChunk)
    assert [row.number for row in chunks] == [0, 1, 2]
    assert not any(b"canary" in row.sealed_bytes for row in chunks)
    fetched = client.get(f"{PATH}/{told['key']}", headers=world.bearer())
    assert (fetched.status_code, fetched.data) == (200, data)
    assert fetched.headers["Content-Length"] == str(len(data))
    assert fetched.headers["Content-Type"] == "application/pdf"
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert fetched.headers["Content-Security-Policy"] == (
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    assert fetched.headers["Content-Disposition"] == (
        "attachment; filename=\"label.pdf\"; filename*=UTF-8''label.pdf"
    )
    messages = f"/api/v1/conversations/{received.conversation_id}/messages"
    body = {"kind": "answer", "text": "here", "key": "k1", "attachments": [told["key"]]}
    assert client.post(messages, json=body, headers=world.bearer()).status_code == 201
    (row,) = rows(world, Attachment)
    assert row.message_id is not None
    again = {**body, "key": "k2"}
    assert client.post(messages, json=again, headers=world.bearer()).status_code == 404


def test_the_body_itself_may_be_the_file(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    headers = {**world.bearer(), "X-File-Name": "caf%C3%A9.txt"}
    at = f"{PATH}?channel={mailbox.channel_id}"
    answer = client.post(at, data=b"text", headers=headers, content_type="text/plain")
    assert answer.status_code == 201
    assert answer.json["attachment"]["name"] == "café.txt"
    assert client.post(at, data=b"text", headers=world.bearer()).status_code == 400


@pytest.mark.parametrize(
    ("data", "told", "served"),
    [
        (b"<script>alert(1)</script>", "text/html", "application/octet-stream"),
        (b"<svg onload=alert(1)>", "image/svg+xml", "application/octet-stream"),
        (b"\x89PNG\r\n\x1a\n", "image/png", "image/png"),
        (b"plain", "text/plain", "text/plain; charset=utf-8"),
        (b"MZ", "application/x-msdownload", "application/octet-stream"),
    ],
)
def test_nothing_that_a_browser_could_run_is_served_as_such(
    world: World, client: FlaskClient, mailbox: Mailbox, data: bytes, told: str, served: str
) -> None:
    key = kept_in_a_mail(world, mailbox, File("a", told, data, len(data)))
    fetched = client.get(f"{PATH}/{key}", headers=world.bearer())
    assert (fetched.status_code, fetched.headers["Content-Type"]) == (200, served)
    assert fetched.headers["Content-Disposition"].startswith("attachment;")


def test_a_file_that_was_refused_keeps_its_name_and_why(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    file = File("bomb.zip", "application/zip", b"", 50_000_000, refused="too_large")
    key = kept_in_a_mail(world, mailbox, file)
    (row,) = rows(world, Attachment)
    assert (row.name, row.refused, row.size_bytes) == ("bomb.zip", "too_large", 50_000_000)
    assert rows(world, AttachmentChunk) == []
    assert client.get(f"{PATH}/{key}", headers=world.bearer()).status_code == 404


def test_a_message_keeps_so_many_bytes_of_files_and_no_more(world: World, mailbox: Mailbox) -> None:
    large = File("a.bin", "application/octet-stream", b"x" * 25_000_000, 25_000_000)
    mailbox.receive(mail_of(files=(large, large)))
    assert [row.refused for row in rows(world, Attachment)] == [None, "too_large"]


def test_anothers_file_is_unknown(world: World, client: FlaskClient, mailbox: Mailbox) -> None:
    received = mailbox.receive()
    told = upload(world, client, b"a", conversation=str(received.conversation_id)).json
    at = f"{PATH}/{told['attachment']['key']}"
    other = world.bearer(OTHER_DOMAIN)
    for answer in (
        client.get(at, headers=other),
        client.delete(at, headers=other),
        upload_as(client, other, conversation=str(received.conversation_id)),
        upload_as(client, other, channel=str(mailbox.channel_id)),
        client.get(f"{PATH}/{'x' * 500}", headers=world.bearer()),
    ):
        assert answer.status_code == 404
    assert client.get(at).status_code == 401
    assert client.get(at, headers=world.bearer()).status_code == 200


def upload_as(client: FlaskClient, headers: dict[str, str], **fields: str) -> Any:
    return client.post(PATH, data={"file": (io.BytesIO(b"a"), "a"), **fields}, headers=headers)


def test_what_is_no_upload_is_refused(world: World, client: FlaskClient, mailbox: Mailbox) -> None:
    channel = str(mailbox.channel_id)
    assert upload(world, client, b"", channel=channel).status_code == 400
    assert upload(world, client, b"a").status_code == 400
    assert upload(world, client, b"a", channel="x").status_code == 404
    answer = client.post(PATH, data={"channel": channel}, headers=world.bearer())
    assert answer.status_code == 400
    headers = {**world.bearer(), "X-File-Name": "a"}
    for size in (UPLOAD_BYTES_AT_MOST + 1, UPLOAD_BYTES_AT_MOST + 200_000):
        at = f"{PATH}?channel={channel}"
        assert client.post(at, data=b"x" * size, headers=headers).status_code == 413
    assert rows(world, Attachment) == []


def test_an_upload_can_be_thrown_away_and_is_after_two_days(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    channel = str(mailbox.channel_id)
    first = upload(world, client, b"a", channel=channel).json["attachment"]["key"]
    upload(world, client, b"b", channel=channel)
    assert client.delete(f"{PATH}/{first}", headers=world.bearer()).status_code == 200
    assert client.delete(f"{PATH}/{first}", headers=world.bearer()).status_code == 404
    assert len(rows(world, Attachment)) == 1
    assert tidy_uploads(world.services) == 0


def test_no_other_site_uploads_by_a_cookie(
    world: World, client: FlaskClient, mailbox: Mailbox, owner: FlaskClient
) -> None:
    form = {"file": (io.BytesIO(b"a"), "a"), "channel": str(mailbox.channel_id)}
    assert owner.post(PATH, data=form, headers=ELSEWHERE).status_code == 401
    assert rows(world, Attachment) == []


def test_a_program_with_a_key_may(world: World, client: FlaskClient, mailbox: Mailbox) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    assert upload_as(client, headers, channel=str(mailbox.channel_id)).status_code in (201, 401)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a b.pdf", "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf"),
        (
            'x";\r\nSet-Cookie: a=b',
            "attachment; filename=\"xSet-Cookie a=b\"; filename*=UTF-8''xSet-Cookie%20a%3Db",
        ),
        ("\u202efdp.exe", "attachment; filename=\"fdp.exe\"; filename*=UTF-8''fdp.exe"),
        ("é.txt", "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%A9.txt"),
        ("../..", "attachment; filename=\"file\"; filename*=UTF-8''file"),
    ],
)
def test_a_name_breaks_out_of_no_header(name: str, told: str) -> None:
    assert disposition(name) == told

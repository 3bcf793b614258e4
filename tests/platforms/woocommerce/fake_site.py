"""A WordPress site on loopback whose pages and REST index a test writes down."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from platforms.errors import PlatformError
from platforms.port import Answer
from platforms.woocommerce.config import read_config
from platforms.woocommerce.visiting import SiteVisitor
from tests.platforms.loopback import Asked, LoopbackStore, Said, guarded, loopback_store, said
from tests.platforms.woocommerce.example import SETTINGS

NAMESPACES = ["oembed/1.0", "wp/v2", "wc/v1", "wc/v2", "wc/v3"]
HTML = {"Content-Type": "text/html; charset=UTF-8"}


class FakeSite:
    """`pages` maps a path with its query to an answer; anything else is WordPress' 404."""

    def __init__(self, store: LoopbackStore) -> None:
        self.store = store
        self.pages: dict[str, Said] = {}
        store.script = self._serve

    @property
    def origin(self) -> str:
        return self.store.origin

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for, without what we ask of an index."""
        return [each.path.replace("?_fields=name,home,namespaces", "") for each in self.store.asked]

    def visitor(self, **settings: str) -> SiteVisitor:
        """A visitor whom the operator lets reach loopback."""
        switched = {**SETTINGS, "ALLOW_PRIVATE_ADDRESSES": "1", **settings}
        return SiteVisitor(guarded(), read_config(switched))

    def wordpress(self, home: str = "", root: str = "/wp-json/", **index: Any) -> None:
        """Stand a store below a path: its page names the REST root, which answers an index."""
        rest = f"{self.origin}{home}{root}"
        link = {**HTML, "Link": f'<{rest}>; rel="https://api.w.org/"'}
        self.pages[f"{home}/"] = Said(200, b"<title>Shop</title>", link)
        self.pages[f"{home}{root}"] = self.index(home, **index)

    def index(self, home: str = "", **changed: Any) -> Said:
        """A REST index."""
        whole = {"name": "Lab Store", "home": f"{self.origin}{home}", "namespaces": NAMESPACES}
        return said({**whole, **changed})

    def _serve(self, asked: Asked) -> Said:
        path = asked.path.replace("?_fields=name,home,namespaces", "")
        path = path.replace("&_fields=name,home,namespaces", "")
        return self.pages.get(path, Said(404, b"<title>Page not found</title>", HTML))


@contextmanager
def fake_site() -> Iterator[FakeSite]:
    """A site that listens until the block ends."""
    with loopback_store() as store:
        yield FakeSite(store)


@contextmanager
def self_signed(folder: Path) -> Iterator[str]:
    """The origin of a site on loopback whose certificate nobody signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "site.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_shake_hands, args=(listening, context))
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def _shake_hands(listening: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        context.wrap_socket(connection, server_side=True).close()


def redirect(to: str, status: int = 301) -> Said:
    """An answer that leads elsewhere."""
    return Said(status, b"", {"Location": to})


def page(text: str, status: int = 200, **headers: str) -> Said:
    """A page."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Said(status, text.encode(), {**HTML, **named})


def refusal(code: str, status: int) -> Said:
    """WordPress' own error in JSON."""
    body = {"code": code, "message": "Sorry.", "data": {"status": status}}
    return Said(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


class Answering:
    """A client that answers by address (without query; 404 elsewhere), the same, or fails."""

    def __init__(
        self, called: list[str], answer: Answer | dict[str, Answer] | PlatformError
    ) -> None:
        self.called = called
        self.answer = answer

    def send(self, method: str, url: str, **given: object) -> Answer:
        self.called.append(url)
        if isinstance(self.answer, PlatformError):
            raise self.answer
        if isinstance(self.answer, Answer):
            return self.answer
        return self.answer.get(url.partition("?")[0], Answer(404, {}, b""))

    def stream(self, *args: object, **given: object) -> Iterator[bytes]:
        raise AssertionError("nothing is streamed")

    def equip(self, session: object) -> None:
        raise AssertionError("no library calls")

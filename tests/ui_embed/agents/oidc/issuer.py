"""An OpenID Connect provider on loopback: discovery, keys, consent by the test, token endpoint.

It checks what a provider checks: the client's secret, the redirect address, a code that works once,
and PKCE. What it signs can be bent by a test.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from tests.ui_embed.world import NOW

CLIENT_ID = "tillside-at-the-provider"
CLIENT_SECRET = "hush-of-the-provider"
Bend = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class Issuer:
    """A provider with one key. `bend` changes claims, `sign` writes the token in place of it."""

    address: str
    key: RSAKey
    bend: Bend = lambda claims: None
    sign: Callable[[dict[str, Any]], str] | None = None
    discovery: dict[str, Any] = field(default_factory=dict)
    shown_keys: list[dict[str, Any]] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def metadata(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
            **self.discovery,
        }

    def consent(self, location: str, **claims: Any) -> str:
        """The way back of a browser whose person agreed: path and query of our callback."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert location.startswith(f"{self.address}/authorize?")
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        now = int(NOW.timestamp())
        self.claims[code] = {
            "iss": self.address,
            "aud": CLIENT_ID,
            "sub": "subject-7",
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "email": "eleni@aegean.example",
            "email_verified": True,
            **claims,
        }
        query = {"code": code, "state": asked["state"], "iss": self.address}
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode(query)}"

    def keys(self) -> dict[str, Any]:
        """Its public keys."""
        if self.shown_keys is not None:
            return {"keys": self.shown_keys}
        shown: dict[str, Any] = dict(KeySet([self.key]).as_dict(private=False))
        return shown

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint."""
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if authorization != f"Basic {basic}" or asked is None:
            return 401, {"error": "invalid_client" if asked else "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        claims = self.claims.pop(form["code"])
        self.bend(claims)
        id_token = self.sign(claims) if self.sign else signed(self.key, claims)
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": id_token}


def signed(key: RSAKey | OctKey, claims: dict[str, Any], alg: str = "RS256", **header: Any) -> str:
    """An ID token; a claim of None is left out."""
    kept = {name: value for name, value in claims.items() if value is not None}
    kid = {"kid": key.kid} if key.kid else {}
    return str(jwt.encode({"alg": alg, **kid, **header}, kept, key, algorithms=[alg]))


def unsigned(claims: dict[str, Any]) -> str:
    """A token with the algorithm "none"."""
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join(part.rstrip("=") for part in encoded) + "."


def new_key(kid: str = "k1") -> RSAKey:
    """A signing key."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, private=True)


@contextmanager
def providing(key: RSAKey) -> Iterator[Issuer]:
    """A provider on a port."""
    issuer = Issuer("", key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(issuer))
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.calls.append(self.path)
            pages = {"/.well-known/openid-configuration": issuer.metadata, "/keys": issuer.keys}
            page = pages.get(self.path)
            self._send(200 if page else 404, page() if page else {})

        def do_POST(self) -> None:
            issuer.calls.append(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._send(*issuer.token(form, self.headers.get("Authorization", "")))

        def log_message(self, *_: Any) -> None:
            pass

        def _send(self, status: int, value: dict[str, Any]) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler

"""The issuer that the operator named (OIDC_ISSUER): what it says of itself, its keys, its tokens.

Everything is fetched by the guarded client. What the issuer publishes is kept for an hour, and its
keys are read again where a token names one that we don't hold.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from integration.clock import Clock
from integration.errors import AppError
from integration.settings import Settings
from platforms.errors import PlatformError
from platforms.port import OutboundHttp

# Signatures by a key pair only: a shared secret, or none, could be anybody's.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_USUAL_ALGORITHMS = ("RS256",)
_PAIRS = frozenset({"RSA", "EC", "OKP"})
_KEPT = timedelta(hours=1)
_READ_AGAIN_AFTER = timedelta(minutes=1)
_TIMEOUT_SECONDS = 10.0
_MOST_BYTES = 512 * 1024
_DISCOVERY = "/.well-known/openid-configuration"


class ProviderFailed(AppError):
    """The issuer gave no answer, or none that makes sense."""

    code = "provider_failed"
    status = 502


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an issuer says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    algorithms: tuple[str, ...]
    token_auth: str
    tells_issuer: bool


class OidcProvider:
    """One issuer. One for the process; threads may share it."""

    def __init__(self, settings: Settings, http: OutboundHttp, now: Clock) -> None:
        self._settings = settings
        self._http = http
        self._now = now
        self._lock = threading.Lock()
        self._metadata: tuple[Metadata, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None

    @property
    def client_id(self) -> str:
        """Our name at the issuer."""
        return self._settings.oidc_client_id

    def metadata(self) -> Metadata:
        """What the issuer says of itself. Raises ProviderFailed."""
        with self._lock:
            if self._metadata is None or self._now() - self._metadata[1] > _KEPT:
                found = _read_metadata(self._settings, self._json(self._discovery_url()))
                self._metadata = (found, self._now())
            return self._metadata[0]

    def keys(self, *, again: bool = False) -> KeySet:
        """The issuer's keys; read `again` where one is missing, once a minute at most."""
        address = self.metadata().jwks_uri
        with self._lock:
            age = self._now() - self._keys[1] if self._keys is not None else None
            is_old = age is None or age > (_READ_AGAIN_AFTER if again else _KEPT)
            if self._keys is None or is_old:
                self._keys = (_read_keys(self._json(address)), self._now())
            return self._keys[0]

    def exchange(self, code: str, verifier: str, redirect_uri: str) -> str:
        """The ID token for a code, unproven. Raises ProviderFailed."""
        metadata = self.metadata()
        with OAuth2Session(
            self.client_id,
            self._settings.oidc_client_secret.get_secret_value(),
            token_endpoint_auth_method=metadata.token_auth,
        ) as session:
            self._http.equip(session)
            try:
                token = session.fetch_token(
                    metadata.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    redirect_uri=redirect_uri,
                    allow_redirects=False,
                    timeout=_TIMEOUT_SECONDS,
                )
            except (AuthlibBaseError, PlatformError, OSError, TypeError, ValueError) as error:
                raise ProviderFailed("The sign-in provider refused the code.") from error
        id_token = token.get("id_token") if isinstance(token, Mapping) else None
        if not isinstance(id_token, str):
            raise ProviderFailed("The sign-in provider gave no ID token.")
        return id_token

    def _discovery_url(self) -> str:
        return self._settings.oidc_issuer.rstrip("/") + _DISCOVERY

    def _json(self, url: str) -> dict[str, Any]:
        try:
            answer = self._http.send(
                "GET",
                url,
                headers={"Accept": "application/json"},
                timeout_seconds=_TIMEOUT_SECONDS,
                max_bytes=_MOST_BYTES,
            )
            found = orjson.loads(answer.body) if answer.status == 200 else None
        except (PlatformError, orjson.JSONDecodeError) as error:
            raise ProviderFailed("The sign-in provider doesn't answer.") from error
        if not isinstance(found, dict):
            raise ProviderFailed("The sign-in provider doesn't answer.")
        return found


def _read_metadata(settings: Settings, told: dict[str, Any]) -> Metadata:
    names = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    texts = [told.get(name) for name in names]
    issuer, authorization, token, jwks = (each if isinstance(each, str) else "" for each in texts)
    if issuer != settings.oidc_issuer:
        raise ProviderFailed("The sign-in provider calls itself by another name.")
    schemes = ("https://", "http://") if settings.allow_private_addresses else ("https://",)
    if not all(each.startswith(schemes) for each in (authorization, token, jwks)):
        raise ProviderFailed("The sign-in provider's addresses are not on https.")
    offered = _listed(told, "id_token_signing_alg_values_supported") or _USUAL_ALGORITHMS
    ways = _listed(told, "token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    is_posted = "client_secret_basic" not in ways and "client_secret_post" in ways
    return Metadata(
        issuer=issuer,
        authorization_endpoint=authorization,
        token_endpoint=token,
        jwks_uri=jwks,
        algorithms=tuple(each for each in ALGORITHMS if each in offered),
        token_auth="client_secret_post" if is_posted else "client_secret_basic",
        tells_issuer=told.get("authorization_response_iss_parameter_supported") is True,
    )


def _read_keys(told: dict[str, Any]) -> KeySet:
    """The keys by which it signs; a shared secret among them is none."""
    listed = told.get("keys")
    signing = [
        each
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict) and each.get("kty") in _PAIRS and each.get("use", "sig") == "sig"
    ]
    try:
        return KeySet.import_key_set({"keys": signing})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderFailed("The sign-in provider's keys can't be read.") from error


def _listed(told: dict[str, Any], name: str) -> list[Any]:
    value = told.get(name)
    return value if isinstance(value, list) else []

"""Shopify's token endpoint: three ways to ask it, one shape of answer.

Each call has a session of its own, so that nothing of one shop reaches another.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from platforms.errors import (
    InstallRefused,
    PlatformError,
    StoreAnsweredNonsense,
    StoreUnreachable,
    Throttled,
)
from platforms.port import Grant, OutboundHttp, Secret
from platforms.shopify.config import ShopifyConfig

ACCESS_PATH = "/admin/oauth/access_token"
EXCHANGE_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
SUBJECT_KIND = "urn:ietf:params:oauth:token-type:id_token"
REQUESTED_KIND = "urn:shopify:params:oauth:token-type:offline-access-token"

_TIMEOUT_SECONDS = 20


class TokenRefused(PlatformError):
    """The token endpoint's own no (400, 401, 403): the code, token or client isn't accepted."""

    code = "token_refused"


class TokenEndpoint:
    """Asks any shop's token endpoint, over the guarded client."""

    def __init__(
        self, http: OutboundHttp, config: ShopifyConfig, utc_now: Callable[[], datetime]
    ) -> None:
        self._http = http
        self._config = config
        self._utc_now = utc_now

    def by_code(self, domain: str, code: str) -> Grant:
        """The grant for an authorization code. Expiring tokens are asked for (`expiring=1`)."""
        return self._ask(domain, grant_type="authorization_code", code=code, expiring="1")

    def by_session_token(self, domain: str, session_token: str) -> Grant:
        """The grant for a session token (token exchange, offline and expiring)."""
        return self._ask(
            domain,
            grant_type=EXCHANGE_GRANT,
            subject_token=session_token,
            subject_token_type=SUBJECT_KIND,
            requested_token_type=REQUESTED_KIND,
            expiring="1",
        )

    def by_refresh_token(self, domain: str, refresh_token: Secret) -> Grant:
        """The next pair; Shopify replaces the refresh token at every use."""
        return self._ask(domain, grant_type="refresh_token", refresh_token=refresh_token.reveal())

    def _ask(self, domain: str, **fields: str) -> Grant:
        with OAuth2Session(
            self._config.api_key,
            self._config.api_secret.reveal(),
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the name of a method
        ) as session:
            self._http.equip(session)
            session.register_compliance_hook("access_token_response", _checked)
            return _grant(domain, self._fetch(session, domain, fields), self._utc_now())

    def _fetch(self, session: OAuth2Session, domain: str, fields: dict[str, str]) -> Any:
        try:
            return session.fetch_token(
                self._config.shop_url(domain, ACCESS_PATH),
                allow_redirects=False,
                timeout=_TIMEOUT_SECONDS,
                **fields,
            )
        except requests.JSONDecodeError as error:
            raise StoreAnsweredNonsense("the token endpoint didn't answer JSON") from error
        except requests.TooManyRedirects as error:
            raise StoreAnsweredNonsense("the token endpoint sends us elsewhere") from error
        except requests.RequestException as error:
            raise StoreUnreachable("the token endpoint gave no answer") from error
        except OSError as error:
            raise StoreUnreachable("the token endpoint can't be reached") from error
        except (AuthlibBaseError, TypeError, ValueError, AttributeError) as error:
            raise StoreAnsweredNonsense("the token endpoint answered without a token") from error


def _checked(answer: requests.Response) -> requests.Response:
    """The same answer when it is a success; the code grant's refusals are HTML pages."""
    status = answer.status_code
    if status in (400, 401, 403):
        raise TokenRefused(f"the token endpoint refused us with {status}")
    if status == 404:
        raise InstallRefused("there is no such shop")
    if status == 429:
        raise Throttled("the token endpoint is overrun")
    if status != 200:
        raise StoreAnsweredNonsense(f"the token endpoint answered {status}")
    return answer


def _grant(domain: str, token: Any, now: datetime) -> Grant:
    access_token, scope = token.get("access_token"), token.get("scope")
    if not isinstance(access_token, str) or not access_token or not isinstance(scope, str):
        raise StoreAnsweredNonsense("the token endpoint answered without a token")
    refresh_token = token.get("refresh_token")
    if refresh_token is not None and (not refresh_token or not isinstance(refresh_token, str)):
        raise StoreAnsweredNonsense("the token endpoint answered with an odd refresh token")
    return Grant(
        domain=domain,
        access_token=Secret(access_token),
        scopes=tuple(part.strip() for part in scope.split(",") if part.strip()),
        expires_at=_after(now, token.get("expires_in")),
        refresh_token=Secret(refresh_token) if refresh_token else None,
        refresh_expires_at=_after(now, token.get("refresh_token_expires_in")),
    )


def _after(now: datetime, seconds: object) -> datetime | None:
    if seconds is None:
        return None
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit():
        # OAuth's servers are known to write this number as text.
        seconds = int(seconds[:12])
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds < 10**9:
        raise StoreAnsweredNonsense("the token endpoint told no usable lifetime")
    return now + timedelta(seconds=seconds)


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)

"""What a store platform can do wrong, in words that the application acts on."""


class PlatformError(Exception):
    """A store or its platform failed us.

    `retryable`: the same call may succeed later. `reauthorize`: the merchant has to grant access
    again. `code` is stable and stands in the API, `str(error)` is a plain sentence without secrets.
    """

    code = "platform_error"
    retryable = False
    reauthorize = False

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class StoreUnreachable(PlatformError):
    """No answer: refused, reset, timed out, bad certificate."""

    code = "store_unreachable"
    retryable = True


class CertificateRefused(StoreUnreachable):
    """A certificate that can't be trusted: expired, self-signed, for another name."""

    code = "certificate_refused"


class StoreAnsweredNonsense(PlatformError):
    """An answer that isn't the platform's protocol: HTML, nothing, garbage, a 5xx."""

    code = "store_answered_nonsense"
    retryable = True


class RecordUnreadable(StoreAnsweredNonsense):
    """One object that was asked for by its id and can't be read; asking again changes nothing."""

    code = "record_unreadable"
    retryable = False


class Throttled(PlatformError):
    """The store's rate limit is used up."""

    code = "throttled"
    retryable = True


class TruncatedResult(PlatformError):
    """A bulk result that holds fewer objects than the platform says it has."""

    code = "truncated_result"
    retryable = True


class ResultExpired(PlatformError):
    """A bulk result whose address no longer answers; the read has to begin again."""

    code = "result_expired"
    retryable = True


class ReadFailed(PlatformError):
    """A long read (bulk operation) that the platform ended without a whole result."""

    code = "read_failed"
    retryable = True


class AuthorizationLost(PlatformError):
    """The store no longer accepts our token and a refresh didn't help."""

    code = "authorization_lost"
    reauthorize = True


class RequestRefused(PlatformError):
    """The platform understood the request and refuses it (validation, missing scope, cost)."""

    code = "request_refused"


class AddressRefused(PlatformError):
    """The guarded client may not connect there (private address, odd port, plain http)."""

    code = "address_refused"


class InstallRefused(PlatformError):
    """An installation request that isn't genuine or isn't whole (HTTP 400)."""

    code = "install_refused"


class SignatureRefused(PlatformError):
    """A webhook whose signature doesn't hold (HTTP 401, empty body)."""

    code = "signature_refused"


class SessionRefused(PlatformError):
    """A host's session token that doesn't hold (HTTP 401)."""

    code = "invalid_session"


class DeliveryUnreadable(PlatformError):
    """A signed delivery that can't be applied: not JSON, no id, an error body. It is parked."""

    code = "delivery_unreadable"


class DeliveryForeign(PlatformError):
    """A signed delivery whose body names another store than its headers. Refused with an alarm."""

    code = "delivery_foreign"

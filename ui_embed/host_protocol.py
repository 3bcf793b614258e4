"""The few names that an embedding admin and its bridge script read from us, in one place."""

# On a refused session token the bridge fetches a new one and repeats the request.
# https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens
RETRY_HEADER = ("X-Shopify-Retry-Invalid-Session-Request", "1")

# The bridge leaves a page that has this parameter for the address in it, with a fresh token.
RELOAD_PARAMETER = "shopify-reload"

# The token of a document load, when no header can be sent.
TOKEN_PARAMETER = "id_token"  # noqa: S105 - a parameter's name

# What the admin adds to the address of a document that it frames.
EMBEDDED_PARAMETER = "embedded"
LOCALE_PARAMETER = "locale"

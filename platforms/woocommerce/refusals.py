"""Why an address can't be connected: one short sentence and one stable code for each reason."""

from platforms.errors import InstallRefused

_SENTENCES = {
    "not_an_address": (
        "That isn't the address of a website. Type it as your customers do, "
        "for example shop.example."
    ),
    "site_unreachable": (
        "{host} doesn't answer. Check the spelling, and that the site can be reached from outside."
    ),
    "certificate_refused": (
        "{host} has a certificate that can't be trusted: expired, self-signed or another site's. "
        "Renew it at your host, and try again."
    ),
    "redirect_loop": "{host} redirects in circles, so that no page ever comes.",
    "redirects_elsewhere": "{host} leads to another site, {other}. Connect {other} if it is yours.",
    "another_address": "The site at {host} calls itself {other}. Connect {other} if it is yours.",
    "http_only": (
        "{host} doesn't use https. Turn it on, let both addresses in Settings → General begin "
        "with https://, and try again."
    ),
    "password_protected": (
        "{host} asks for a password before it shows anything (HTTP 401), as test sites do. "
        "Lift that protection, and try again."
    ),
    "login_page": (
        "{host} shows everybody a login page. Let visitors in, or at least to /wp-json/, "
        "and try again."
    ),
    "coming_soon": (
        "{host} shows a coming-soon or maintenance page, and its REST API is closed with it. "
        "Open the site, and try again."
    ),
    "firewall": (
        "A firewall or bot check stands before {host} and doesn't let us in. Let /wp-json/ "
        "through for the user agent Tillside, and try again."
    ),
    "site_failed": "{host} answers with an error of its own ({status}). Try again when it works.",
    "prints_messages": (
        "{host} writes PHP's notices into its answers, so that nobody can read them. "
        "Switch WP_DEBUG_DISPLAY off, and try again."
    ),
    "not_wordpress": "There is no WordPress at {host}, as far as we can see from outside.",
    "no_woocommerce": "{host} runs WordPress, but WooCommerce isn't active there.",
    "woocommerce_too_old": (
        "The WooCommerce of {host} is older than 3.5, or its REST API is. Update it, and try again."
    ),
    "rest_disabled": (
        "The REST API of {host} is switched off for visitors, often by a security plugin. "
        "Allow /wp-json/, and try again."
    ),
}

PLAIN_PERMALINKS = (
    "This site uses plain permalinks, and WooCommerce can't hand keys over with them. Choose any "
    "other structure in Settings → Permalinks, or connect with an application password."
)


class SiteRefused(InstallRefused):
    """An address that can't be connected. `code` is the reason, `str(error)` its sentence."""

    def __init__(self, code: str, **told: str) -> None:
        super().__init__(_SENTENCES[code].format(**told))
        self.code = code


def reasons() -> tuple[str, ...]:
    """Every code that a SiteRefused may have."""
    return tuple(_SENTENCES)

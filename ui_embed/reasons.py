"""Why a store can't be connected, in the reader's language, by the reason's code.

Adapters tell a reason as a code and an English sentence that may name hosts. Readers of English see
that sentence; others the text for its code here, and the sentence where it names what matters.
"""

from flask_babel import get_locale, lazy_gettext

from ui_embed.connecting.form import Refusal
from ui_embed.texts import gettext

_REASONS: dict[str, object] = {
    "address_refused": lazy_gettext(
        "This address can't be reached from outside. A store has to be public."
    ),
    "cannot_hand_over": lazy_gettext(
        "This site can't hand keys over, most often because its permalinks are plain. Choose any "
        "other structure in Settings → Permalinks, or connect with an application password."
    ),
    "not_an_address": lazy_gettext(
        "That isn't the address of a website. Type it as your customers do, like shop.example."
    ),
    "site_unreachable": lazy_gettext(
        "The site doesn't answer. Check the spelling, and that it can be reached from outside."
    ),
    "certificate_refused": lazy_gettext(
        "The site's certificate can't be trusted: expired, self-signed or another site's. Renew it "
        "at your host, and try again."
    ),
    "redirect_loop": lazy_gettext("The site redirects in circles, so that no page ever comes."),
    "redirects_elsewhere": lazy_gettext(
        "The site leads to another one. Connect that if it's yours."
    ),
    "another_address": lazy_gettext(
        "The site calls itself by another address. Connect that if it's yours."
    ),
    "http_only": lazy_gettext(
        "The site doesn't use https. Turn it on, let both addresses in Settings → General begin "
        "with https://, and try again."
    ),
    "password_protected": lazy_gettext(
        "The site asks for a password before it shows anything, as test sites do. Lift that "
        "protection, and try again."
    ),
    "login_page": lazy_gettext(
        "The site shows everybody a login page. Let visitors in, or at least to /wp-json/, and try "
        "again."
    ),
    "coming_soon": lazy_gettext(
        "The site shows a coming-soon or maintenance page, and its REST API is closed with it. "
        "Open the site, and try again."
    ),
    "firewall": lazy_gettext(
        "A firewall or bot check stands before the site and doesn't let us in. Let /wp-json/ "
        "through for the user agent Tillside, and try again."
    ),
    "site_failed": lazy_gettext(
        "The site answers with an error of its own. Try again when it works."
    ),
    "prints_messages": lazy_gettext(
        "The site writes PHP's notices into its answers, so that nobody can read them. Switch "
        "WP_DEBUG_DISPLAY off, and try again."
    ),
    "not_wordpress": lazy_gettext(
        "There is no WordPress there, as far as we can see from outside."
    ),
    "no_woocommerce": lazy_gettext("The site runs WordPress, but WooCommerce isn't active there."),
    "woocommerce_too_old": lazy_gettext(
        "Its WooCommerce is older than 3.5, or its REST API is. Update it, and try again."
    ),
    "rest_disabled": lazy_gettext(
        "The site's REST API is switched off for visitors, often by a security plugin. Allow "
        "/wp-json/, and try again."
    ),
    "invalid_join_code": lazy_gettext(
        "This code is unknown, used or too old. Ask for a new one in the store that is connected "
        "already."
    ),
    "authorization_lost": lazy_gettext("The store doesn't accept the keys."),
    "store_unreachable": lazy_gettext("The store doesn't answer us."),
    "store_answered_nonsense": lazy_gettext("The store answers with something else than data."),
}
_NAMES_ANOTHER = frozenset({"redirects_elsewhere", "another_address"})


def told(code: str, sentence: str) -> Refusal:
    """The reason for the reader: a text of theirs, the sentence, or both."""
    if str(get_locale()).partition("_")[0] == "en":
        return Refusal("", sentence, code=code)
    known = _REASONS.get(code)
    if known is None:
        return Refusal(gettext("It can't be connected:"), sentence, is_english=True, code=code)
    also = sentence if code in _NAMES_ANOTHER else ""
    return Refusal(str(known), also, is_english=True, code=code)

"""Mail providers that many use: their servers, so that nobody has to look them up.

From each provider's own help pages on IMAP and SMTP.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext


@dataclass(frozen=True, slots=True)
class MailPreset:
    """A provider's servers, and what its users have to do first."""

    slug: str
    name: str
    imap: tuple[str, int, str]
    smtp: tuple[str, int, str]
    hint: object
    authserv_id: str = ""

    def values(self) -> dict[str, str]:
        """The form's fields that it fills."""
        return {
            "imap_host": self.imap[0],
            "imap_port": str(self.imap[1]),
            "imap_tls": self.imap[2],
            "smtp_host": self.smtp[0],
            "smtp_port": str(self.smtp[1]),
            "smtp_tls": self.smtp[2],
            "authserv_id": self.authserv_id,
        }


_APP_PASSWORD = lazy_gettext(
    "Your usual password doesn't work here. Switch on two-step verification with the provider, "
    "make an app password there, and type it below."
)
_SWITCH_ON = lazy_gettext(
    "Switch on IMAP and SMTP in the mailbox's own settings first; then your password works here, "
    "or an app password where the provider makes one."
)

PRESETS = (
    MailPreset(
        "gmail",
        "Gmail, Google Workspace",
        ("imap.gmail.com", 993, "tls"),
        ("smtp.gmail.com", 465, "tls"),
        _APP_PASSWORD,
        "mx.google.com",
    ),
    MailPreset(
        "outlook",
        "Outlook, Microsoft 365",
        ("outlook.office365.com", 993, "tls"),
        ("smtp.office365.com", 587, "starttls"),
        lazy_gettext(
            "Microsoft takes no passwords for most of its mailboxes any more. Where yours takes "
            "none, have it forward to a mailbox that does, and set that one up here."
        ),
    ),
    MailPreset(
        "seznam",
        "Seznam.cz",
        ("imap.seznam.cz", 993, "tls"),
        ("smtp.seznam.cz", 465, "tls"),
        _SWITCH_ON,
    ),
    MailPreset("wp", "WP.pl", ("imap.wp.pl", 993, "tls"), ("smtp.wp.pl", 465, "tls"), _SWITCH_ON),
    MailPreset(
        "icloud",
        "iCloud",
        ("imap.mail.me.com", 993, "tls"),
        ("smtp.mail.me.com", 587, "starttls"),
        _APP_PASSWORD,
    ),
    MailPreset(
        "fastmail",
        "Fastmail",
        ("imap.fastmail.com", 993, "tls"),
        ("smtp.fastmail.com", 465, "tls"),
        _APP_PASSWORD,
    ),
)


def preset_of(slug: str) -> MailPreset | None:
    """The provider of that name."""
    return next((each for each in PRESETS if each.slug == slug), None)

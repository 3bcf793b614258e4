"""The fields of channels in the merchant's words: labels, hints, and what a list offers."""

from flask_babel import lazy_gettext

LABELS: dict[str, object] = {
    "name": lazy_gettext("Name"),
    "store_id": lazy_gettext("Store"),
    "locale": lazy_gettext("Language"),
    # A mailbox
    "address": lazy_gettext("E-mail address"),
    "display_name": lazy_gettext("Name that customers see"),
    "receives": lazy_gettext("Mails come in"),
    "imap_host": lazy_gettext("IMAP server"),
    "imap_port": lazy_gettext("IMAP port"),
    "imap_tls": lazy_gettext("Encryption"),
    "imap_user": lazy_gettext("User name"),
    "imap_password": lazy_gettext("Password"),
    "imap_folder": lazy_gettext("Folder"),
    "read_from": lazy_gettext("Read mails from this day on"),
    "call_secret": lazy_gettext("Signing key"),
    "smtp_host": lazy_gettext("SMTP server"),
    "smtp_port": lazy_gettext("SMTP port"),
    "smtp_tls": lazy_gettext("Encryption"),
    "smtp_user": lazy_gettext("User name for sending"),
    "smtp_password": lazy_gettext("Password for sending"),
    "authserv_id": lazy_gettext("Your mail server's name in Authentication-Results"),
    "plus_addressing": lazy_gettext("The mailbox takes mail for name+anything too"),
    # A chat
    "greeting": lazy_gettext("Greeting"),
    "accent": lazy_gettext("Colour"),
    "position": lazy_gettext("Side of the page"),
    "asks_name": lazy_gettext("Ask for a name"),
    "asks_email": lazy_gettext("Ask for an e-mail address"),
    "invites": lazy_gettext("Invite visitors to write"),
    "invitation": lazy_gettext("What the invitation says"),
    "invites_on": lazy_gettext("On pages whose address contains"),
    "invites_after_seconds": lazy_gettext("After so many seconds on the page"),
    "invites_over": lazy_gettext("With a cart worth at least"),
    "shows_page": lazy_gettext("Ask whether you may see their page"),
    "shows_cart": lazy_gettext("Ask whether you may see their cart"),
    "keeps_hours": lazy_gettext("Follow your office hours"),
    "mails_when_away": lazy_gettext("Send answers by mail to whoever has left"),
    # A form
    "title": lazy_gettext("Title"),
    "thanks": lazy_gettext("Thanks after sending"),
    "asks_order": lazy_gettext("Ask for an order number"),
    "asks_subject": lazy_gettext("Ask for a subject"),
    "takes_files": lazy_gettext("Take files"),
    # A phone line
    "number": lazy_gettext("Phone number"),
    "country": lazy_gettext("Country of numbers without a country code"),
    "told_by": lazy_gettext("Calls are told by"),
    "auth_token": lazy_gettext("Twilio's auth token"),
    "signing_secret": lazy_gettext("Signing secret"),
    "forward_to": lazy_gettext("Pass calls on to"),
    "link_recordings": lazy_gettext("Link recordings of calls"),
}

HINTS: dict[str, object] = {
    "name": lazy_gettext("Your team sees it, customers don't."),
    "locale": lazy_gettext("For automatic texts, where we can't tell what the customer speaks."),
    "store_id": lazy_gettext("Whose customers write here."),
    "country": lazy_gettext("Two letters, as GR. Left empty, it is the store's."),
    "auth_token": lazy_gettext("It stands in Twilio's console, under the account's keys."),
    "signing_secret": lazy_gettext(
        "Your phone system signs what it sends with it. Left empty, we make one and show it once."
    ),
    "forward_to": lazy_gettext(
        "Twilio is told to ring this number. Left empty, callers hear that the line is busy, "
        "unless Twilio gets its orders elsewhere and only tells us how calls went."
    ),
    "link_recordings": lazy_gettext(
        "We record nothing ourselves and keep no sound, only the link to your phone system. "
        "Recording a call without telling the caller first is forbidden in many countries, and a "
        "crime in some. Switch this on only where your callers are told and may refuse."
    ),
    "invites_on": lazy_gettext("As /cart; left empty, on all pages."),
    "invites_over": lazy_gettext("In whole units of the shop's currency."),
    "accent": lazy_gettext("As #1f4fd8."),
    "greeting": lazy_gettext("Left empty, our own words stand there in the visitor's language."),
    "invitation": lazy_gettext("Left empty, our own words stand there in the visitor's language."),
    "title": lazy_gettext("Left empty, our own words stand there in the visitor's language."),
    "thanks": lazy_gettext("Left empty, our own words stand there in the visitor's language."),
    "shows_page": lazy_gettext("Visitors are asked first; without a yes nothing is sent."),
    "shows_cart": lazy_gettext("Visitors are asked first; without a yes nothing is sent."),
    "display_name": lazy_gettext("As Amber Shop. Customers see it beside the address."),
    "imap_user": lazy_gettext("Left empty, it is the e-mail address."),
    "imap_password": lazy_gettext("It is kept encrypted and never shown again."),
    "imap_folder": lazy_gettext("Left as INBOX, all incoming mail is read."),
    "read_from": lazy_gettext("As 2026-11-22; left empty, from yesterday on."),
    "call_secret": lazy_gettext("The key that your mail provider signs its calls with."),
    "smtp_user": lazy_gettext("Left empty, it is the same as for incoming mail."),
    "smtp_password": lazy_gettext("Left empty, it is the same as for incoming mail."),
    "authserv_id": lazy_gettext(
        "As mx.example.com: the name that begins this header in a mail of yours. With it we can "
        "tell senders whose domain vouches for them; without it all are shown as not verified."
    ),
    "plus_addressing": lazy_gettext(
        "Then answers find their conversation even where mail programs lose the thread."
    ),
}

CHOICES: dict[str, object] = {
    "imap": lazy_gettext("by reading the mailbox (IMAP)"),
    "signed_calls": lazy_gettext("by calls of a provider that signs"),
    "mailgun": lazy_gettext("by calls of Mailgun"),
    "tls": lazy_gettext("TLS from the start"),
    "starttls": lazy_gettext("STARTTLS"),
    "none": lazy_gettext("none"),
    "no": lazy_gettext("no"),
    "optional": lazy_gettext("yes, but it may stay empty"),
    "required": lazy_gettext("yes, and it is needed"),
    "start": lazy_gettext("where a line begins"),
    "end": lazy_gettext("where a line ends"),
    "hand": lazy_gettext("our team, by hand"),
    "twilio": lazy_gettext("Twilio"),
    "signed": lazy_gettext("another phone system that signs"),
}

# What stands left to right whatever the page's language: addresses, servers, numbers, codes.
LEFT_TO_RIGHT = frozenset(
    {
        "address", "imap_host", "imap_port", "imap_user", "imap_folder", "read_from",
        "smtp_host", "smtp_port", "smtp_user", "authserv_id", "accent", "invites_on", "number",
        "country", "forward_to",
    }
)  # fmt: skip
LONG = frozenset({"greeting", "invitation", "thanks"})


def label(name: str) -> str:
    """What a field is called."""
    return str(LABELS.get(name) or name.replace("_", " ").capitalize())


def hint(name: str) -> str | None:
    """What helps to fill it, None for nothing."""
    found = HINTS.get(name)
    return None if found is None else str(found)


def choice(value: str) -> str:
    """What a choice means."""
    return str(CHOICES.get(value) or value)

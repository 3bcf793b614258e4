"""Why a message wasn't delivered, or couldn't be read, in the reader's language.

What goes wrong with a message is written down as a sentence in English, with figures or a mail
server's own words in some of them. One that isn't known here is shown as it is.
"""

import re
from collections.abc import Callable

from flask_babel import lazy_gettext, ngettext

from ui_embed.texts import gettext

SENTENCES = (
    lazy_gettext("It came back."),
    lazy_gettext("It isn't a form."),
    lazy_gettext("It isn't a message of a chat."),
    lazy_gettext("It isn't JSON."),
    lazy_gettext("It isn't what we keep of a call."),
    lazy_gettext("Nothing can be sent by this channel."),
    lazy_gettext("Nothing of it is kept any more."),
    lazy_gettext("Reading the mail takes longer than it may."),
    lazy_gettext("Reading the mail takes more memory than it may."),
    lazy_gettext("That isn't an e-mail address."),
    lazy_gettext("The IMAP server doesn't take this user name and password."),
    lazy_gettext("The SMTP server doesn't take this user name and password."),
    lazy_gettext("The SMTP server takes only ASCII in a user name and password."),
    lazy_gettext("The SMTP server wants other credentials."),
    lazy_gettext("The address has no domain that there can be."),
    lazy_gettext("The address isn't one."),
    lazy_gettext("The channel was removed before this went out."),
    lazy_gettext("The mail can't be read."),
    lazy_gettext("The mail has more boundaries than any that we read."),
    lazy_gettext("The mail server answered what we don't understand."),
    lazy_gettext("The mail server asks to come again later."),
    lazy_gettext("The mail server broke the connection off."),
    lazy_gettext("The mail server can't be found."),
    lazy_gettext("The mail server can't send to addresses that aren't ASCII."),
    lazy_gettext("The mail server couldn't be reached for too long."),
    lazy_gettext("The mail server doesn't answer."),
    lazy_gettext("The mail server doesn't hand this mail out; it is still in its mailbox."),
    lazy_gettext("The mail server ended the connection."),
    lazy_gettext("The mail server offers no encryption or no login on this port."),
    lazy_gettext("The mail server refuses mail from us."),
    lazy_gettext("The mail's headers are longer than any that we read."),
    lazy_gettext("The mailbox has moved."),
    lazy_gettext("The mailbox is full."),
    lazy_gettext("The mailbox is switched off."),
    lazy_gettext("The message has no recipient."),
    lazy_gettext("The message is too large."),
    lazy_gettext("There is no such mail domain."),
    lazy_gettext("There is no such mailbox."),
    lazy_gettext("What it said was erased before it went out."),
    lazy_gettext("Whoever sends it dies or takes too long. It may have gone out."),
    lazy_gettext("Whoever works on it dies or takes too long."),
)

_TELLS: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"It was tried (\d+) times: (.*)", lambda count, why: _tried(int(count), why)),
    (
        r"The mail server answered (\d{3}) ?(.*)",
        lambda code, words: gettext(
            "The mail server answered %(code)s: %(words)s", code=code, words=words
        ),
    ),
    (
        r"It came back: (.+) \(([\d.]+)\)\.",
        lambda why, code: gettext(
            "It came back (%(code)s): %(reason)s", code=code, reason=failure_words(why)
        ),
    ),
    (r"It came back \(([\d.]+)\)\.", lambda code: gettext("It came back (%(code)s).", code=code)),
    (
        r"the mail has (\d+) MB, more than is taken; it is still in its mailbox",
        lambda size: gettext(
            "The mail has %(size)s MB, more than we take; it is still in its mailbox.", size=size
        ),
    ),
    (
        r"The mail is larger than (\d+) MB\.",
        lambda size: gettext("The mail is larger than %(size)s MB.", size=size),
    ),
    (
        r"The files are larger than (\d+) MB\.",
        lambda size: gettext("The files are larger than %(size)s MB.", size=size),
    ),
    (
        r"Refused for (\d+) of (\d+): (.*)",
        lambda refused, count, why: gettext(
            "Refused for %(refused)s of %(count)s: %(reason)s",
            refused=refused,
            count=count,
            reason=why,
        ),
    ),
    (r"larger than (\d+) MB", lambda size: gettext("larger than %(size)s MB", size=size)),
    (r"The mail can't be read \(\w+\)\.", lambda: gettext("The mail can't be read.")),
    (r"The mail has more than (\d+) files\.", lambda count: _files(int(count))),
    (r"The mail has more than (\d+) parts\.", lambda count: _parts(int(count))),
    (
        r"The mail is nested more than (\d+) deep\.",
        lambda depth: gettext("The mail is nested more than %(depth)s deep.", depth=depth),
    ),
)


def failure_words(told: str) -> str:
    """What went wrong, as a sentence of the reader's language."""
    for pattern, words in _TELLS:
        if found := re.fullmatch(pattern, told, re.DOTALL):
            return words(*found.groups())
    sentence = told[:1].upper() + told[1:]
    sentence = sentence if sentence.endswith(".") else f"{sentence}."
    for known in (sentence, told):
        translated = gettext(known)
        if translated != known:
            return translated
    return told


def _tried(count: int, why: str) -> str:
    words = failure_words(why)
    return str(
        ngettext(
            "It was tried %(num)s time: %(reason)s",
            "It was tried %(num)s times: %(reason)s",
            count,
            reason=words,
        )
    )


def _files(count: int) -> str:
    return str(
        ngettext(
            "The mail has more than %(num)s file.", "The mail has more than %(num)s files.", count
        )
    )


def _parts(count: int) -> str:
    return str(
        ngettext(
            "The mail has more than %(num)s part.", "The mail has more than %(num)s parts.", count
        )
    )

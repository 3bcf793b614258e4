"""Why something can't be written, in the reader's language.

Who refuses knows no reader: it says a sentence in English, which is looked up by itself. One that
isn't listed here is shown as it is.
"""

from flask_babel import lazy_gettext

from integration.errors import AppError
from ui_embed.texts import gettext

SENTENCES = (
    lazy_gettext("Nothing can be sent by this channel. Choose another one."),
    lazy_gettext("This channel was removed. Answer by another one."),
    lazy_gettext("This channel is paused. Answer by another one, or switch it on again."),
    lazy_gettext("Write something first."),
    lazy_gettext("They can't be reached there: the chat was never theirs."),
    lazy_gettext("We don't know an e-mail address to write to. Add one."),
    lazy_gettext("We don't know where to write to on this channel."),
    lazy_gettext("It is too late to answer on this channel. Choose another one."),
    lazy_gettext("The file is empty."),
    lazy_gettext("Too many files wait for their answers. Try again later."),
    lazy_gettext("A conversation can sleep for a year at most."),
    lazy_gettext("This agent can't be given conversations."),
    lazy_gettext("This conversation was mailed to them several times already."),
    lazy_gettext("We don't know an address of theirs that a person reads."),
    lazy_gettext("Nothing proves that this address is theirs. Say who it is first."),
    lazy_gettext("There is no mailbox that can send it."),
)


def in_words(error: AppError) -> str:
    """Why it was refused."""
    return gettext(error.message.replace("%", "%%"))

"""gettext with types: English in, the reader's language out."""

import flask_babel


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, `%(name)s` filled in."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, count: int, **values: object) -> str:
    """The same for a number of things; `%(num)s` is the count."""
    return str(flask_babel.ngettext(singular, plural, count, **values))

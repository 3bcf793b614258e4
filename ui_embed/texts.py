"""gettext with types: English in, the reader's language out."""

import flask_babel


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, `%(name)s` filled in."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, count: int, **values: object) -> str:
    """The same for a number of things; `%(num)s` is the count, or `num` where that is given."""
    form = flask_babel.get_translations().ngettext(singular, plural, count)
    return str(form % {"num": count, **values})


def ngettext_noop(singular: str, plural: str) -> tuple[str, str]:
    """The forms of a text by number as they stand, for a table: `ngettext` tells them later."""
    return singular, plural

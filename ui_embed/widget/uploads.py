"""The files that visitors send: few, small, and taken for what their bytes are."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from channels.records import File
from integration.conversations.file_types import media_type_of
from integration.errors import AppError, Invalid

MOST_FILES = 3
# What goes by the front in one request, less what surrounds the files in it.
MOST_UPLOAD_BYTES = 900 * 1024
_MOST_BODY_BYTES = 1024 * 1024
_LONGEST_NAME = 120


def posted_form() -> dict[str, str]:
    """The fields of a multipart form, each once. Raises Invalid, 413 for what is too large."""
    request.max_content_length = _MOST_BODY_BYTES
    try:
        fields = request.form
    except RequestEntityTooLarge:
        raise AppError("This is too large.", code="too_large", status=413) from None
    for name, values in fields.lists():
        if len(values) > 1:
            raise Invalid(f"The field {name} stands twice.", code="duplicate_parameter")
    return fields.to_dict()


def posted_files() -> tuple[File, ...]:
    """The files of a multipart form. Raises Invalid for too many, 413 for too large ones."""
    given = [each for each in request.files.getlist("file") if each.filename]
    try:
        if len(given) > MOST_FILES:
            raise Invalid(f"At most {MOST_FILES} files can be sent at once.")
        files = tuple(_file(each.filename or "", each.read()) for each in given)
    finally:
        # Larger ones lie on the disk until then.
        for each in given:
            each.close()
    if sum(each.size_bytes for each in files) > MOST_UPLOAD_BYTES:
        raise AppError("These files are too large.", code="too_large", status=413)
    return files


def _file(name: str, data: bytes) -> File:
    # A path or a direction mark in a name would show another one.
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(each for each in last if each.isprintable())[-_LONGEST_NAME:]
    return File(shown or "file", media_type_of(data), data, len(data))

"""Which licences what we depend on may have, and under which each package stands.

Taken from what the installed package says of itself; BY_HAND stands where it says nothing that is
exact, or isn't installed here. What is in neither, or isn't allowed, fails `make check`.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata

from license_expression import ExpressionError, get_spdx_licensing

# By SPDX's names, with why it may be used beside our MIT.
ALLOWED = {
    "MIT": "permissive",
    "MIT-0": "permissive",
    "MIT-CMU": "permissive",
    "ISC": "permissive",
    "BSD-2-Clause": "permissive",
    "BSD-3-Clause": "permissive",
    "Apache-2.0": "permissive, with a grant of patents",
    "PSF-2.0": "permissive: Python's own",
    "MPL-2.0": "copyleft of its own files, which we don't change",
    "LGPL-3.0-only": "a library by itself, which we don't change and anybody may replace",
}
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# Whose own words are "BSD" or a text: read in the package's licence file.
BY_HAND = {
    "async-timeout": "Apache-2.0",
    "brotlicffi": "MIT",
    "colorama": "BSD-3-Clause",
    "cssselect2": "BSD-3-Clause",
    "grimp": "BSD-2-Clause",
    "import-linter": "BSD-2-Clause",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "pyasn1-modules": "BSD-2-Clause",
    "pydyf": "BSD-3-Clause",
    # Three at choice; we take the last, whose files we don't change. It isn't sold with us.
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    "tinycss2": "BSD-3-Clause",
    "uvloop": "MIT OR Apache-2.0",
    "weasyprint": "BSD-3-Clause",
    "webencodings": "BSD-3-Clause",
}
# What is allowed for one package only, and why.
FOR_ONE = {"pyphen": ("MPL-1.1", "a library by itself, which we don't change")}
_SPDX = get_spdx_licensing()


def licence_of(name: str) -> str | None:
    """The SPDX expression of an installed package, None where nothing exact is known."""
    if name in BY_HAND:
        return BY_HAND[name]
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    short = (told.get("License") or "").strip()
    for given in (told.get("License-Expression"), short if "\n" not in short else None):
        if given and _is_expression(given):
            return str(given)
    classified = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier") or []
        if each.startswith("License :: OSI Approved :: ")
    ]
    return _CLASSIFIERS.get(classified[0]) if len(classified) == 1 else None


def _is_expression(text: str) -> bool:
    try:
        _SPDX.parse(text, validate=True)
    except ExpressionError:
        return False
    return True


def is_allowed(name: str, expression: str) -> bool:
    """Whether we may use it: of OR one part has to be allowed, of AND each."""
    mine = {*ALLOWED, FOR_ONE[name][0]} if name in FOR_ONE else set(ALLOWED)
    return bool(_holds(_SPDX.parse(expression), mine))


def _holds(part: object, allowed: set[str]) -> bool:
    parts = getattr(part, "args", ())
    if isinstance(part, _SPDX.OR):
        return any(_holds(each, allowed) for each in parts)
    if isinstance(part, _SPDX.AND):
        return all(_holds(each, allowed) for each in parts)
    return str(part) in allowed

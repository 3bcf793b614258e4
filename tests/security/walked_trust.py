"""How the pages of what was done, seen and asked for people's privacy are walked."""

from tests.security.places import Call

_AUDIT = {"agent": "{agent}", "profile": "{profile}", "conversation": "{conversation}"}
_WORDS = ("action", "from", "to", "before", "form")


def _each() -> list[Call]:
    """A call for each name that it can be asked by: another's finds what nobody's does."""
    return [Call(query={name: value}, words=_WORDS, same=(name,)) for name, value in _AUDIT.items()]


_PERSON = {"profile": "{profile}"}
_ADDRESS = {"email": "{email}"}

TRUST: dict[str, list[Call]] = {
    "GET /settings/privacy": [Call(words=("done",))],
    "GET /settings/privacy/person": [
        Call(query=given, words=("profile", "email")) for given in (_PERSON, _ADDRESS)
    ],
    # An address may be asked about whether somebody has it or not.
    "POST /settings/privacy/data": [
        Call(form=given, words=("profile", "email"), same=("email",))
        for given in (_PERSON, _ADDRESS)
    ],
    "POST /settings/privacy/erasure": [
        # What is typed is compared with the page's own words, whoever's it is.
        Call(
            form={**given, "typed": "ours-ada@customer.example"},
            words=("profile", "email", "typed"),
        )
        for given in (_PERSON, _ADDRESS)
    ],
    "POST /settings/privacy/requests/<request_id>/stop": [Call(form={})],
    "POST /settings/privacy/requests/<request_id>/now": [Call(form={})],
    "POST /settings/privacy/requests/<request_id>/again": [
        Call(path={"request_id": "{data_request}"}, form={})
    ],
    "POST /settings/privacy/exports/<export_id>": [Call(form={})],
    "GET /settings/privacy/receipts": [Call(words=("before",))],
    "GET /settings/privacy/receipts.json": [Call()],
    # Receipts are counted in each workspace by itself: a number is another one's in each.
    "GET /settings/privacy/receipts/<sequence>": [Call(path={"sequence": "1"})],
    "GET /settings/privacy/retention/<name>": [Call(path={"name": "conversations"})],
    "POST /settings/privacy/retention/<name>": [
        Call(path={"name": "conversations"}, form={"days": "900"}, words=("do", "days", "forever"))
    ],
    "GET /settings/audit": _each(),
    "GET /settings/audit/export": _each(),
    "GET /settings/audit/views": _each(),
    "GET /settings/audit/views/export": _each(),
}
TRUST_API: dict[str, list[Call]] = {"GET /api/v1/audit": _each()}

"""Every operation of `/openapi.json` answers as it is described, whatever it is asked.

schemathesis makes the calls from the description: each edge of each parameter, then others at
random, the same ones each time. No answer is a 5xx, an undocumented status or type, or has another
shape than described; what can't be right is refused; without a credential nothing opens.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.calling import path_of, point, served
from tests.contract.rightful import Right, rightful
from tests.contract.seeded import Seeded, seed
from tests.ui_embed.world import APP_URL
from ui_embed.openapi.document import description

# An endless stream, which the front serves beside the application: tests/ui_embed/test_live.py.
ELSEWHERE = {"GET /api/v1/live"}
AT_RANDOM = 12
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# Plain bytes: schemathesis unpacks nothing that a WSGI application packed.
_PLAIN = {"Accept-Encoding": "identity"}
OPERATIONS = sorted(
    label
    for path, methods in description(APP_URL)["paths"].items()
    for label in (f"{method.upper()} {path}" for method in methods)
    if label not in ELSEWHERE
)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    made = seed(tmp_path_factory.mktemp("contract"))
    yield made
    made.world.services.db.dispose()
    made.world.services.inbox.dispose()


@pytest.fixture(scope="module")
def described(seeded: Seeded) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", served(seeded.world.app))


@pytest.fixture
def calls(seeded: Seeded, record_property: Any) -> Iterator[list[int]]:
    """The statuses of a test's calls, on databases as they were seeded."""
    seeded.restore()
    made: list[int] = []
    yield made
    record_property("calls", len(made))


@pytest.mark.parametrize("label", OPERATIONS)
def test_answers_are_as_described(
    seeded: Seeded, described: Any, calls: list[int], label: str
) -> None:
    operation = described.find_operation_by_label(label)
    assert _rightful(operation, seeded, calls) in (200, 201), label
    right = rightful(seeded).get(label, Right())
    for headers in (seeded.callers[right.by], seeded.callers["panel"]):
        for turn, case in enumerate(_edges(described, operation)):
            if turn % 2:
                point(case, seeded.known, turn // 2)
            _call(case, headers, calls)
        for mode in MODES:
            _at_random(operation, mode, seeded, headers, calls)


@pytest.mark.parametrize("label", OPERATIONS)
def test_nothing_opens_without_a_credential(
    seeded: Seeded, described: Any, calls: list[int], label: str
) -> None:
    operation = described.find_operation_by_label(label)
    is_by_ticket = not operation.definition.raw["security"]
    for turn, case in enumerate(_edges(described, operation)):
        point(case, seeded.known, turn)
        status = _call(case, {}, calls)
        wrong_method = case.method != operation.method.upper()
        assert wrong_method or status in ((400, 401, 413) if is_by_ticket else (401,)), label


def _spoilt(document: dict[str, Any], how: str) -> None:
    """Make the description of the stores' list false."""
    listed = document["paths"]["/api/v1/stores"]["get"]["responses"]
    if how == "status":
        del listed["200"]
    elif how == "type":
        listed["200"]["content"] = {"text/plain": {"schema": {"type": "string"}}}
    else:
        document["components"]["schemas"]["Store"]["properties"]["id"] = {"type": "integer"}


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("status", "UndefinedStatusCode"),
        ("type", "UndefinedContentType"),
        ("shape", "JsonSchemaError"),
    ],
)
def test_a_false_description_is_found(seeded: Seeded, how: str, found: str) -> None:
    document = deepcopy(description(APP_URL))
    _spoilt(document, how)
    described = schemathesis.openapi.from_dict(document)
    described.app = served(seeded.world.app)
    operation = described.find_operation_by_label("GET /api/v1/stores")
    with pytest.raises(FailureGroup) as raised:
        _call(operation.Case(), seeded.callers["key"], [])
    assert [type(each).__name__ for each in raised.value.exceptions] == [found]


def test_a_failure_of_ours_and_too_much_trust_are_found(
    seeded: Seeded, described: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = described.find_operation_by_label("POST /api/v1/segments/preview")
    views = seeded.world.app.view_functions
    by_key = seeded.callers["key"]
    endpoint = "api_segments.preview"

    def fail() -> None:
        raise RuntimeError("broken")

    monkeypatch.setitem(views, endpoint, fail)
    with pytest.raises(FailureGroup) as raised:
        _call(operation.Case(body={"conditions": []}), by_key, [])
    assert "ServerError" in [type(each).__name__ for each in raised.value.exceptions]
    monkeypatch.setitem(views, endpoint, lambda: {"people": [], "count": None, "next": None})
    wrong = [case for case in _edges(described, operation) if case.meta.generation.mode == MODES[1]]
    with pytest.raises(FailureGroup) as raised:
        _call(wrong[0], by_key, [])
    assert "AcceptedNegativeData" in [type(each).__name__ for each in raised.value.exceptions]


def _rightful(operation: Any, seeded: Seeded, calls: list[int]) -> int:
    right = rightful(seeded).get(operation.label, Right())
    headers = seeded.callers[right.by]
    client = seeded.world.app.test_client()
    for path, body in right.before:
        done = client.post(path, json=body, headers=headers)
        assert done.status_code == 200, done.text
    posted = {} if right.body is None else {"body": right.body, "media_type": right.media_type}
    path = {**path_of(operation, seeded.known), **right.path}
    return _call(operation.Case(path_parameters=path, query=right.query, **posted), headers, calls)


def _edges(described: Any, operation: Any) -> Iterator[Case]:
    configured = described.config.generation
    found: Iterator[Case] = described.iter_coverage_cases(
        operation, generation_modes=list(MODES), generation_config=configured
    )
    return found


def _at_random(
    operation: Any,
    mode: GenerationMode,
    seeded: Seeded,
    headers: dict[str, str],
    calls: list[int],
) -> None:
    @settings(
        max_examples=AT_RANDOM,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.integers(0, 7))
    def call(case: Case, turn: int) -> None:
        if turn:
            point(case, seeded.known, turn)
        _call(case, headers, calls)

    call()


def _call(case: Case, headers: dict[str, str], calls: list[int]) -> int:
    sent = {**_PLAIN, **headers}
    answer = case.call(headers=sent)
    calls.append(answer.status_code)
    case.validate_response(answer, checks=CHECKS, headers=sent)
    assert answer.status_code != 429, "a limit hides what is behind it: lift it in seeded.py"
    return answer.status_code

"""What no adapter may do: call out by itself, or use an SDK's global state."""

import ast
from collections.abc import Iterator
from pathlib import Path

import platforms
from platforms.woocommerce.wire import GuardedApi

ROOT = Path(platforms.__file__ or "").parent
_CLIENTS = {"httpx", "aiohttp", "urllib3", "http.client", "urllib.request", "socket", "pycurl"}
_OPENERS = {"get", "post", "put", "patch", "delete", "head", "request", "Session", "session"}


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_adapter_brings_an_http_client() -> None:
    for name, tree in _modules():
        assert not _CLIENTS & set(_imports(tree)), name


def test_no_adapter_calls_requests_by_itself() -> None:
    for name, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                is_requests = isinstance(owner, ast.Name) and owner.id == "requests"
                assert not (is_requests and node.func.attr in _OPENERS), name


def test_a_session_of_a_library_is_put_behind_the_guard_where_it_is_made() -> None:
    makers = [name for name, tree in _modules() if any(_makes_session(n) for n in ast.walk(tree))]
    for name in makers:
        assert ".equip(" in (ROOT / name).read_text(), name


def _makes_session(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"OAuth2Session", "API", "Session"}
    )


def test_shopifys_sdk_is_used_for_its_stateless_parts_only() -> None:
    users = {}
    for name, tree in _modules():
        used = {each for each in _imports(tree) if each.split(".")[0] == "shopify"}
        if used:
            users[name] = used
    assert len(users) <= 2
    stateless = ("shopify.api_access", "shopify.session_token", "shopify.utils")
    for used in users.values():
        assert all(each.startswith(stateless) for each in used)


def test_woocommerces_library_has_its_sending_replaced_in_one_place() -> None:
    users = {
        name
        for name, tree in _modules()
        if any(each.split(".")[0] == "woocommerce" for each in _imports(tree))
    }
    assert users == {"woocommerce/wire.py"}
    assert "_API__request" in vars(GuardedApi)

"""A browser without a window: follows redirects on this machine and keeps cookies."""

from collections.abc import Mapping
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from integration.errors import AppError
from platforms.port import Answer, OutboundHttp

_HOPS = 12


class WindowlessBrowser:
    """Keeps one set of cookies per origin, as a browser does."""

    def __init__(self, http: OutboundHttp) -> None:
        self._http = http
        self._cookies: dict[str, dict[str, str]] = {}

    def visit(self, url: str) -> tuple[str, Answer]:
        """Where a visit ends, and what stands there. Raises AppError for an error page."""
        return self._follow(url, self._ask("GET", url))

    def submit(self, url: str, form: Mapping[str, str]) -> tuple[str, Answer]:
        """Where posting a form leads, and what stands there. Raises AppError for an error page."""
        return self._follow(url, self._ask("POST", url, urlencode(form).encode()))

    def _follow(self, url: str, answer: Answer) -> tuple[str, Answer]:
        for _ in range(_HOPS):
            if answer.status not in (301, 302, 303, 307):
                break
            url = urljoin(url, answer.headers["location"])
            answer = self._ask("GET", url)
        if answer.status >= 400:
            path = urlsplit(url).path
            raise AppError(f"{path} answered {answer.status}: {_told(answer)}", code="demo_failed")
        return url, answer

    def _ask(self, method: str, url: str, body: bytes | None = None) -> Answer:
        headers = self._headers(url)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._http.send(method, url, headers=headers, body=body)
        self._remember(url, answer)
        return answer

    def _headers(self, url: str) -> dict[str, str]:
        held = self._cookies.get(_origin(url), {})
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in held.items())}

    def _remember(self, url: str, answer: Answer) -> None:
        cookies: SimpleCookie = SimpleCookie(answer.headers.get("set-cookie", ""))
        held = self._cookies.setdefault(_origin(url), {})
        held.update({name: morsel.value for name, morsel in cookies.items()})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _told(answer: Answer) -> str:
    return answer.body[:300].decode("utf-8", "replace").strip()

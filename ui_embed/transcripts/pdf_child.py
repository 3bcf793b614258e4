"""The process that makes one PDF: HTML and styles in, a PDF out, and then it ends.

It fetches nothing: no picture, style or font from anywhere but the machine's own fonts, and it
can't open a connection.
"""

import resource
import sys
from typing import Any, NoReturn

import orjson

CPU_SECONDS = 20
MOST_MEMORY_BYTES = 1536 * 1024 * 1024


def main() -> None:
    """Read a JSON object `{html, styles}`, write the PDF."""
    _limit()
    told = orjson.loads(sys.stdin.buffer.read())
    sys.addaudithook(_refuse_connections)
    # Not before: what it loads is the slow part, and all of it needs the limits.
    from weasyprint import CSS, HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    class Nothing(URLFetcher):  # type: ignore[misc]
        """Fetches nothing."""

        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            """Refuse."""
            raise ValueError("nothing is fetched")

        __call__ = fetch

    fetcher = Nothing()
    styles = CSS(string=told["styles"], url_fetcher=fetcher)
    document = HTML(string=told["html"], url_fetcher=fetcher, base_url=None)
    sys.stdout.buffer.write(document.write_pdf(stylesheets=[styles]))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Nothing is written anywhere but into the pipe.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _refuse_connections(event: str, _arguments: Any) -> None:
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen"):
        raise OSError("nothing is connected to from here")


if __name__ == "__main__":
    main()

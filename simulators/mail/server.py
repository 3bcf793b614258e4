"""The provider as one: its pages and its SMTP server on ports of this machine."""

from __future__ import annotations

from simulators.mail.model import State
from simulators.mail.pages import create_app
from simulators.mail.provider import Provider
from simulators.mail.smtp import MailServer
from simulators.serving import Serving


class Server:
    """Serves the pages and takes mail, in threads."""

    def __init__(self, state: State, *, host: str, port: int, smtp_port: int) -> None:
        self.state, self.provider = state, Provider(state)
        self._pages = Serving(create_app(state, self.provider), host, port)
        self._smtp = MailServer(self.provider, host, smtp_port)
        self.base_url = f"http://{host}:{self._pages.port}"

    def start(self) -> None:
        """Serve."""
        self._smtp.start()
        self._pages.start()

    def stop(self) -> None:
        """Serve no more."""
        self._pages.stop()
        self._smtp.stop()

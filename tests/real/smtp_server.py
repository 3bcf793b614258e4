"""An SMTP server as a process: keeps what it takes in a folder, then answers 250.

What a recipient's local part begins with says how it is treated; see SmtpServer.
"""

import argparse
import asyncio
import itertools
import os
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Keeping:
    """What aiosmtpd asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(len(list(folder.glob("*.eml"))) + 1)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        if address.startswith("refused"):
            return "550 5.1.1 No such user here"
        if address.startswith("later"):
            return "451 4.7.1 Greylisted, come again later"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        first = envelope.rcpt_tos[0]
        if first.startswith("full"):
            return "452 4.2.2 Mailbox full"
        if first.startswith("spam"):
            return "554 5.7.1 Looks like spam"
        if first.startswith("slow"):
            await asyncio.sleep(1)
        self._keep(envelope)
        if first.startswith("drop") and server.transport is not None:
            server.transport.abort()
        return "250 2.0.0 Taken"

    def _keep(self, envelope: Envelope) -> None:
        name = f"{next(self.numbers):06d}"
        content = envelope.original_content or b""
        lines = [envelope.mail_from or "", *envelope.rcpt_tos]
        (self.folder / f"{name}.envelope").write_text("\n".join(lines), encoding="utf-8")
        coming = self.folder / f"{name}.coming"
        coming.write_bytes(content)
        os.replace(coming, self.folder / f"{name}.eml")


async def serve(options: argparse.Namespace) -> None:
    """Serve until the process ends."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.cert, options.key)
    handler = Keeping(Path(options.folder))

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        right = (data.login, data.password) == (options.user.encode(), options.password.encode())
        return AuthResult(success=right, handled=False)

    def protocol(*, starttls: bool) -> SMTP:
        return SMTP(
            handler,
            hostname="mail.tillside.test",
            tls_context=context if starttls else None,
            enable_SMTPUTF8=True,
            auth_required=True,
            auth_require_tls=False,
            authenticator=authenticate,
            data_size_limit=60_000_000,
        )

    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: protocol(starttls=True), "127.0.0.1", options.port)
    await loop.create_server(
        lambda: protocol(starttls=False), "127.0.0.1", options.tls_port, ssl=context
    )
    await asyncio.Event().wait()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser()
    for name in ("folder", "user", "password", "cert", "key"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tls-port", type=int, required=True)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()

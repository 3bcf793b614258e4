"""TLS to mail servers, and what its failures mean to a merchant."""

import socket
import ssl

from channels.errors import ChannelUnreachable


def tls_context() -> ssl.SSLContext:
    """Checks names and certificates; trusts what the system does, or SSL_CERT_FILE."""
    return ssl.create_default_context()


def encrypted(connected: socket.socket, host: str) -> socket.socket:
    """The socket with TLS on it. Raises ChannelUnreachable; then it is closed."""
    try:
        return tls_context().wrap_socket(connected, server_hostname=host)
    except (OSError, ValueError) as error:
        connected.close()
        raise ChannelUnreachable(tls_sentence(error)) from None


def tls_sentence(error: Exception) -> str:
    """What went wrong with TLS, in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "The mail server's certificate isn't good for its name."
    if isinstance(error, ssl.SSLError):
        return "The mail server doesn't speak TLS on this port."
    return "The mail server broke the connection off."

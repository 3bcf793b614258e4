"""An application of the tests on granian, served as `tillside web` is, until it is killed."""

from integration.serving import server as serving


def serve(application: str, port: int) -> None:
    """Serve what the function `module:name` makes, on this machine's port."""
    serving.serve(application, "127.0.0.1", port)

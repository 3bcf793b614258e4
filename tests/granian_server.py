"""An application of the tests on granian, served as `tillside web` is, until it is killed."""

from granian import Granian
from granian.constants import HTTPModes, Interfaces, RuntimeModes


def serve(application: str, port: int) -> None:
    """Serve what the function `module:name` makes, on this machine's port."""
    Granian(
        application,
        factory=True,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        runtime_mode=RuntimeModes.mt,
        address="127.0.0.1",
        port=port,
        workers=1,
        websockets=False,
        log_enabled=False,
    ).serve()

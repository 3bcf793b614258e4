"""Structured logs, one JSON object a line, on standard error: ours and the libraries'.

Tracebacks are told without the values that errors quote: see `told_errors`.
"""

import logging
import sys
import threading
from types import TracebackType

import structlog

from integration.logs.told_errors import traceback_of

log = structlog.get_logger(__name__)

_tracebacks = structlog.processors.ExceptionRenderer(traceback_of)


def configure(level: str = "INFO", *, plain: bool = False) -> None:
    """Set the logs of this process up. `plain` is for people at a terminal."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if plain
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tracebacks,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(of_libraries(renderer))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    # What nobody caught is told the same way, unless somebody else has taken that on.
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _process_failed
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _thread_failed


def of_libraries(renderer: structlog.types.Processor) -> logging.Formatter:
    """Puts what libraries say into the same form, with what this thread's lines carry."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _tracebacks,
            renderer,
        ],
    )


def _process_failed(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if not issubclass(kind, Exception):
        sys.__excepthook__(kind, error, trace)
        return
    log.critical("process.failed", error=kind.__name__, exc_info=error)


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is None or issubclass(failed.exc_type, SystemExit):
        return
    name = failed.thread.name if failed.thread is not None else None
    log.error(
        "thread.failed", thread=name, error=failed.exc_type.__name__, exc_info=failed.exc_value
    )

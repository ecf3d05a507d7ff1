"""What the logs say of a fault: where in our code and of which kind, never what was in it (ASVS V16.2.5).

The text of an exception repeats values: a key that was looked up, a line of a form, the parameters of a statement.
"""

import logging
import sys
from collections.abc import MutableMapping
from traceback import TracebackException
from typing import Any


def told(error: BaseException) -> str:
    """The lines of code on the way to a fault and its causes, without a word of theirs."""
    lines: list[str] = []
    each: TracebackException | None = TracebackException.from_exception(error, lookup_lines=True)
    while each and len(lines) < 400:
        lines += [line.rstrip("\n") for line in each.stack.format()]
        lines.append(_name(each))
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\n".join(lines)


def _name(each: TracebackException) -> str:
    kind = each.exc_type
    return f"{kind.__module__}.{kind.__qualname__}" if kind else "a fault"


def without_values(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """For structlog, in the place of its own `format_exc_info`."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else None
    if given is True:
        error = sys.exc_info()[1]
    if error:
        event["exception"] = told(error)
    return event


class QuietFormatter(logging.Formatter):
    """The same for what libraries log."""

    def formatException(self, ei: Any) -> str:
        return told(ei[1]) if ei[1] else ""

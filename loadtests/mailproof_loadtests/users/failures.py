"""How failures are named in Locust's tables: the text is a key there, so it must not hold numbers that vary."""

from __future__ import annotations

import re

from mailproof_loadtests.rules import WrongAnswerError
from mailproof_suites.clients.errors import ConnectionClosed, GrammarViolation, TimedOut, TlsRefused, UnexpectedReply
from mailproof_suites.clients.errors import Unreachable as UnreachableError

_VARYING = re.compile(r"<[^>]*>|\d[\d.:]*")
_SMTP_CODE = re.compile(r"[245]\d\d[ -]")
_IMAP_STATUS = re.compile(r"(?:^|\s)(OK|NO|BAD|BYE)\b(?: \[([A-Z]+))?")
_SHOWN = 80


class FailedRequestError(Exception):
    """A failure as Locust shows it."""


def normalised(problem: Exception) -> FailedRequestError:
    """The same failure always under the same name."""
    return FailedRequestError(_name(problem))


def _name(problem: Exception) -> str:
    match problem:
        case WrongAnswerError():
            return f"wrong answer: {problem.rule}"
        case GrammarViolation():
            return f"wrong answer: grammar of {problem.production}"
        case UnreachableError():
            return f"unreachable: {_plain(problem.reason)}"
        case TlsRefused():
            return f"TLS refused: {_plain(problem.reason)}"
        case ConnectionClosed():
            return f"closed: {_plain(problem.reason)}"
        case TimedOut():
            return f"timed out: {_plain(problem.what)}"
        case UnexpectedReply():
            return f"refused: {_reply(problem.actual)}"
        case _:
            return f"{type(problem).__name__}: {_plain(str(problem))}"


def _reply(actual: str) -> str:
    if _SMTP_CODE.match(actual):
        return actual[:3]
    status = _IMAP_STATUS.search(actual)
    if status is None:
        return _plain(actual)
    return f"{status[1]} [{status[2]}]" if status[2] else status[1]


def _plain(text: str) -> str:
    return _VARYING.sub("#", text)[:_SHOWN]

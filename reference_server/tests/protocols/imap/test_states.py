"""Greeting, sign-in, states, and the commands that work in any of them (RFC 9051 3, 6.1, 6.2)."""

from typing import Any


def test_noop(play: Any) -> None:
    play(
        """
        x> 1 NOOP
        x< 1 OK NOOP completed
        a> 1 SELECT INBOX
        a< ***
        a< 1 OK [READ-WRITE] SELECT completed
        a> 2 NOOP
        a< 2 OK …
        """,
        inbox=2,
    )

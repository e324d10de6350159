"""Scripts: what Hypothesis makes up, what a failure prints, what the replay command reads."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from hypothesis import strategies as st

CONNECTIONS = 3
VARIABLE = "MAILPROOF_HISTORY"
"""Environment: the one script that the case plays instead of those that it makes up."""
FLAGS = ("\\Seen", "\\Flagged", "\\Deleted", "\\Answered", "$Machine")
ACTS = (
    "append", "store", "store_number", "copy", "move", "expunge", "uid_expunge", "noop", "idle", "leave", "enter",
    "close", "rename",
)  # fmt: skip
"""`leave` and `enter` are UNSELECT and SELECT, by QRESYNC where the server has it; `rename` is of the other mailbox."""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One act of one connection.

    `at` and `count` choose messages among those there are, counting round, so that every value means something as long
    as there is a message; without one the step does nothing. `away`: APPEND and COPY go to the other mailbox.
    """

    by: int
    act: str
    at: int = 0
    count: int = 1
    action: str = "+FLAGS"
    flags: tuple[str, ...] = ()
    away: bool = False


Script = list[Step]

_STEPS = st.builds(
    Step,
    by=st.integers(0, CONNECTIONS - 1),
    act=st.sampled_from((*ACTS, "append", "append", "store")),
    at=st.integers(0, 7),
    count=st.integers(1, 4),
    action=st.sampled_from(("+FLAGS", "-FLAGS", "FLAGS", "+FLAGS.SILENT", "-FLAGS.SILENT", "FLAGS.SILENT")),
    flags=st.lists(st.sampled_from(("\\Deleted", *FLAGS)), min_size=1, max_size=2, unique=True).map(tuple),
    away=st.booleans(),
)
SCRIPTS = st.tuples(*[st.lists(_STEPS, max_size=10)] * 4).map(lambda parts: [step for part in parts for step in part])
"""In parts, because Hypothesis makes lists of about five by itself, and a history that short finds little."""


def dump(script: Sequence[Step]) -> str:
    """One line of JSON."""
    return msgspec.json.encode(list(script)).decode()


def load(text: str) -> Script:
    """Raises ValueError, saying where the text is no script."""
    try:
        script = msgspec.json.decode(text, type=Script)
    except msgspec.DecodeError as problem:
        raise ValueError(f"not a script: {problem}") from problem
    for number, step in enumerate(script, 1):
        if step.act not in ACTS or not 0 <= step.by < CONNECTIONS:
            raise ValueError(f"step {number}: there is no act {step.act!r} by connection {step.by}")
    return script

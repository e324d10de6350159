"""`mailproof admin events`: the organisation's event log (WorkMail's names and fields)."""

from collections import deque
from datetime import UTC, datetime

import click

from mailproof_server.app import event_file
from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.services.event_log import Event

PEOPLE = ("recipients", "recipient", "from", "sender", "user", "mailbox", "targetRecipient", "bouncedRecipient")
NAME = click.Choice([each.value for each in Event], case_sensitive=False)
MOST = 100_000


@click.group("events", cls=Noun)
def events() -> None:
    """What has happened: one record for each act, oldest first."""


@events.command("list")
@click.option(
    "--event", "names", type=click.Choice([each.value for each in Event], case_sensitive=False), multiple=True
)
@click.option("--address", help="Only records that name this address as sender, recipient or user.")
@click.option("--message-id", help="Only records of the message with this Message-ID.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Not before this time, in UTC.")
@click.option(
    "--last", type=click.IntRange(1, MOST), default=1000, show_default=True, help="At most so many, the newest."
)
@click.pass_obj
def show_all(
    operator: Operator,
    names: tuple[str, ...],
    address: str | None,
    message_id: str | None,
    since: datetime | None,
    last: int,
) -> None:
    """Records of a server that ran, or runs, on the same data folder."""
    wanted = {name.upper() for name in names}
    begin = None if since is None else since.replace(tzinfo=UTC)
    kept: deque[dict[str, object]] = deque(maxlen=last)
    for record in event_file.read(operator.settings.data):
        if wanted and record.get("event") not in wanted:
            continue
        if message_id is not None and record.get("messageId") != message_id:
            continue
        if address is not None and not _names(record, address.lower()):
            continue
        if begin is not None and datetime.fromisoformat(str(record["timestamp"])) < begin:
            continue
        kept.append(record)
    operator.answer(list(kept), lambda: "\n".join(map(_line, kept)))


def _names(record: dict[str, object], address: str) -> bool:
    for name in PEOPLE:
        value = record.get(name)
        listed = value if isinstance(value, list) else [value]
        if any(isinstance(each, str) and each.lower() == address for each in listed):
            return True
    return False


def _line(record: dict[str, object]) -> str:
    rest = " ".join(f"{key}={value}" for key, value in record.items() if key not in ("timestamp", "event", "kind"))
    return f"{record.get('timestamp')}  {record.get('event')}  {rest}"

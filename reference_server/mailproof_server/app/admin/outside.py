"""`mailproof admin outside`: mail from and to the world outside, which no client sends or sees (FEATURES RULE-04)."""

import json
from pathlib import Path

import click

from mailproof_server.app.admin._acting import settle
from mailproof_server.app.admin.operator import Noun, Operator, Refused
from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.services.bundle import Services


@click.group("outside", cls=Noun)
def outside() -> None:
    """Mail that comes from outside, and mail that goes there."""


@outside.command("send")
@click.argument("sender")
@click.argument("recipients", nargs=-1, required=True, metavar="RECIPIENT...")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.pass_obj
def send(operator: Operator, sender: str, recipients: tuple[str, ...], file: Path) -> None:
    """Deliver the message in FILE (-: standard input) as if SENDER outside had sent it; <> is the null sender.

    Unlike a user's own mail it is not looked at for whose name stands in From.
    """
    data = operator.given_text(file).encode().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    to = tuple(EnvelopeRecipient(each) for each in recipients)
    envelope = SmtpEnvelope("" if sender == "<>" else sender, to, body_8bit=True)

    async def work(services: Services) -> None:
        await services.delivery.dispatch(envelope, data)
        await settle(services)
        await services.outbound.drain()

    operator.run(work)
    operator.done(f"delivered to {', '.join(recipients)}", sender=sender, recipients=list(recipients))


@outside.command("list")
@click.option("--to", "recipient", help="Only what went to this address.")
@click.pass_obj
def show_all(operator: Operator, recipient: str | None) -> None:
    """What has gone outside, oldest first, where that is a folder of files."""
    kept = operator.settings.outbound
    if kept.kind != "directory":
        raise Refused("what goes outside goes to a relay host, and is not kept here")
    folder = kept.path or operator.settings.data / "outbound"
    rows = []
    # A message's file is written after its envelope's, and is whole once it has its name.
    for message in sorted(folder.glob("[!.]*.eml")):
        envelope = json.loads(message.with_suffix(".json").read_text(encoding="utf-8"))
        if recipient is None or recipient.lower() in (each.lower() for each in envelope["recipients"]):
            octets = message.read_bytes()
            rows.append({"sender": envelope["sender"], "recipients": envelope["recipients"], "message": octets})
    operator.show(rows, "<{sender}> to {recipients}")

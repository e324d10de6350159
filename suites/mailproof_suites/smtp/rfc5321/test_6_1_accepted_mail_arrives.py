"""Responsibility for accepted mail, RFC 5321 section 6.1."""

from mailproof_suites.case import ConnectImap, Deliver, MakeMessage, WaitFor, World, expect, needs, requirement

pytestmark = needs("endpoint:imaps", "endpoint:smtps")


@requirement("RFC5321:6.1-1", "RFC5321:2.1-1", "RFC5321:6.1-3", "RFC6409:5.3-1")
def test_mail_to_oneself_arrives_with_its_body_unchanged(
    connect_imap: ConnectImap, deliver: Deliver, wait_for: WaitFor, make_message: MakeMessage
) -> None:
    """A message to the sender's own address is in the inbox, once, with the body that was sent."""
    body = b"One line.\r\n.\r\n..two dots before, spaces after  \r\n"
    mark = deliver(make_message(body=body))
    reader = connect_imap()
    uid = wait_for(mark, client=reader)
    expect.equal(len(reader.search(f'HEADER X-Mailproof "{mark}"')), 1, "copies of the message in the inbox")
    text = reader.fetch(uid, "(BODY.PEEK[TEXT])", uid=True).only()["BODY[TEXT]"]
    expect.equal(text, body, "body of the delivered message")


@requirement("RFC5321:6.1-1")
@needs("role:other")
def test_mail_to_somebody_else_arrives_there(world: World, deliver: Deliver, wait_for: WaitFor) -> None:
    """A message to another account is in that account's inbox."""
    other = world.lease("other")
    wait_for(deliver(to=other), account=other)

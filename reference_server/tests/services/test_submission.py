"""Who may send as whom, and what a message looks like when it arrives."""


def message(sender="alice@example.test", extra=b"", body=b"Hello\r\n"):
    return b"From: <" + sender.encode() + b">\r\nSubject: hi\r\n" + extra + b"\r\n" + body


def test_smoke(world):
    alice = world.user("alice")
    bob = world.user("bob")
    world.submit(alice, message(), "bob@example.test")
    print(world.inbox(bob)[0].decode())

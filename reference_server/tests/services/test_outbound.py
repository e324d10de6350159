"""The queue: attempts, delays, giving up, reports; and the sinks."""

import asyncio
import json
import re
import socket
import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.services.outbound import CLAIM_S
from mailproof_server.services.sinks import Attempt, DirectorySink, OutboundMessage, RelaySink

MESSAGE = b"From: alice@example.test\r\nDate: x\r\nMessage-ID: <m@x>\r\nSubject: hi\r\n\r\nHello\r\n"
EVERYTHING = frozenset({"SUCCESS", "FAILURE", "DELAY"})


@pytest.fixture
def alice(world):
    return world.user("alice")


def drain(world):
    return world.run(world.services.outbound.drain())


def queued(world):
    far = world.clock.now() + timedelta(days=100)
    return world.run(world.store.read(lambda view: view.queue_due(far)))


def reports(world, alice):
    """(action, status, final recipient) of each recipient of each report in the inbox."""
    found = []
    for data in world.inbox(alice):
        read = message_from_bytes(data, policy=policy.default)
        found.append(
            [
                (part["Action"], part["Status"], part["Final-Recipient"].removeprefix("rfc822; "))
                for part in read.get_payload()[1].get_payload()[1:]
            ]
        )
    return found


def test_what_is_taken_leaves_the_queue(world, alice):
    world.submit(alice, MESSAGE, "x@elsewhere.test")
    assert len(queued(world)) == 1
    assert drain(world) == 1
    assert queued(world) == []
    assert drain(world) == 0
    assert reports(world, alice) == []


def test_a_permanent_refusal_is_reported_at_once(world, alice):
    world.sink.replies["x@elsewhere.test"] = "550 5.1.1 No such user"
    world.submit(alice, MESSAGE, "x@elsewhere.test", "y@elsewhere.test")
    drain(world)
    assert queued(world) == []
    assert reports(world, alice) == [[("failed", "5.1.1", "x@elsewhere.test")]]
    assert b"Remote-MTA: dns; relay.test" in world.inbox(alice)[0]


def test_a_temporary_refusal_is_tried_again_with_growing_delays_for_the_open_recipients_only(world, alice):
    world.sink.replies["x@elsewhere.test"] = "451 4.7.1 Greylisted"
    world.submit(alice, MESSAGE, "x@elsewhere.test", "y@elsewhere.test")
    drain(world)
    for delay_s in (60, 300, 900, 3600):
        (waiting,) = queued(world)
        assert [address for address, _ in waiting.recipients] == ["x@elsewhere.test"]
        assert (waiting.next_attempt_at - world.clock.now()).total_seconds() == delay_s
        world.clock.advance(delay_s - 1)
        assert drain(world) == 0
        world.clock.advance(1)
        assert drain(world) == 1
    assert [[each.address for each in sent.envelope.recipients] for sent in world.sink.sent[1:]] == [
        ["x@elsewhere.test"]
    ] * 4
    del world.sink.replies["x@elsewhere.test"]
    world.clock.advance(7200)
    drain(world)
    assert queued(world) == []
    assert reports(world, alice) == []


def test_a_message_expires_after_its_lifetime(world, alice):
    world.sink.replies["x@elsewhere.test"] = "451 4.4.1 Unreachable"
    world.submit(alice, MESSAGE, "x@elsewhere.test")
    waited_s = 0
    while queued(world):
        drain(world)
        world.clock.advance(600)
        waited_s += 600
        assert waited_s < 100 * 3600
    assert waited_s >= 14 * 3600
    assert reports(world, alice) == [[("failed", "4.4.7", "x@elsewhere.test")]]
    assert b"unable to deliver in 840 minutes" in world.inbox(alice)[0]


def test_a_delay_is_told_once_to_those_who_asked(world, alice):
    world.sink.replies.update({"x@elsewhere.test": "451 4.4.1 Down", "y@elsewhere.test": "451 4.4.1 Down"})
    world.submit(alice, MESSAGE, EnvelopeRecipient("x@elsewhere.test", EVERYTHING), "y@elsewhere.test")
    while queued(world):
        drain(world)
        world.clock.advance(600)
    assert len(world.sink.sent) > 6
    assert reports(world, alice) == [
        [("delayed", "4.4.1", "x@elsewhere.test")],
        [("failed", "4.4.7", "x@elsewhere.test"), ("failed", "4.4.7", "y@elsewhere.test")],
    ]


@pytest.mark.parametrize(("notify", "confirms", "told"), [
    (EVERYTHING, False, [[("relayed", "2.0.0", "x@elsewhere.test")]]),
    (EVERYTHING, True, []),
    (frozenset(), False, []),
    (frozenset({"NEVER"}), False, []),
])  # fmt: skip
def test_handing_on_is_told_to_those_who_asked_unless_the_next_hop_tells(world, alice, notify, confirms, told):
    world.sink.confirms = confirms
    world.submit(alice, MESSAGE, EnvelopeRecipient("x@elsewhere.test", notify, "rfc822;X@elsewhere.test"))
    drain(world)
    assert reports(world, alice) == told
    (sent,) = world.sink.sent
    assert sent.envelope.recipients == (EnvelopeRecipient("x@elsewhere.test", notify, "rfc822;X@elsewhere.test"),)


def test_never_is_never_told_even_of_failures(world, alice):
    world.sink.replies["x@elsewhere.test"] = "550 5.1.1 No"
    world.submit(alice, MESSAGE, EnvelopeRecipient("x@elsewhere.test", frozenset({"NEVER"})))
    drain(world)
    assert queued(world) == []
    assert reports(world, alice) == []


def test_a_report_is_never_answered_with_a_report(world, alice):
    envelope = SmtpEnvelope("", (EnvelopeRecipient("x@elsewhere.test", EVERYTHING),))
    world.sink.replies["x@elsewhere.test"] = "550 5.1.1 No"
    world.run(world.services.delivery.dispatch(envelope, MESSAGE))
    drain(world)
    assert queued(world) == []
    assert reports(world, alice) == []


def test_a_sender_who_is_gone_gets_no_report_and_the_queue_goes_on(world, alice):
    world.sink.replies["x@elsewhere.test"] = "550 5.1.1 No"
    world.submit(alice, MESSAGE, "x@elsewhere.test")
    world.run(world.services.directory.remove(alice.id))
    drain(world)
    assert queued(world) == []


def test_an_entry_is_sent_by_one_worker_at_a_time_and_taken_over_when_it_dies(world, alice):
    world.submit(alice, MESSAGE, "x@elsewhere.test")
    outbound = world.services.outbound
    (claimed,) = world.run(outbound._claim())
    assert world.run(outbound._claim()) == []
    assert claimed.attempts == 0
    # The worker that claimed it is gone: nothing was concluded.
    world.clock.advance(CLAIM_S)
    assert drain(world) == 1
    assert len(world.sink.sent) == 1


def test_the_runner_sends_what_is_submitted_and_stops(world, alice):
    outbound = world.services.outbound

    world.run(outbound.start())
    world.submit(alice, MESSAGE, "x@elsewhere.test")
    world.run(asyncio.wait_for(world.sink.was_asked.wait(), 20))
    world.run(outbound.stop())
    world.run(outbound.stop())
    assert queued(world) == []
    world.submit(alice, MESSAGE, "y@elsewhere.test")
    assert len(queued(world)) == 1


def test_a_failing_sink_does_not_end_the_runner(world, alice):
    outbound = world.services.outbound
    real = world.sink.send

    was_called = asyncio.Event()

    async def broken(message):
        was_called.set()
        raise RuntimeError("broken")

    world.sink.send = broken
    world.run(outbound.start())
    world.submit(alice, MESSAGE, "x@elsewhere.test")
    world.run(asyncio.wait_for(was_called.wait(), 20))
    world.sink.send = real
    world.submit(alice, MESSAGE, "y@elsewhere.test")
    world.run(asyncio.wait_for(world.sink.was_asked.wait(), 20))
    world.run(outbound.stop())
    # The first one waits for its claim to run out.
    assert [address for each in queued(world) for address, _ in each.recipients] == ["x@elsewhere.test"]


# -- sinks -----------------------------------------------------------------------------------------------------------


def outgoing(world, *recipients, data=MESSAGE, **facts):
    envelope = SmtpEnvelope("alice@example.test", tuple(recipients), **facts)
    return OutboundMessage(7, world.clock.now(), envelope, data)


def test_the_directory_sink_keeps_message_and_envelope(world, tmp_path):
    sink = DirectorySink(tmp_path / "a" / "out")
    message = outgoing(world, EnvelopeRecipient("x@y.test"), EnvelopeRecipient("ü@y.test"), data=bytes(range(256)))
    assert [each.reply for each in world.run(sink.send(message))] == ["250 2.0.0 Stored"] * 2
    # A repeated attempt overwrites its own files.
    world.run(sink.send(message))
    files = {path.suffix: path for path in (tmp_path / "a" / "out").iterdir()}
    assert set(files) == {".eml", ".json"}
    assert files[".eml"].read_bytes() == bytes(range(256))
    kept = json.loads(files[".json"].read_text(encoding="utf-8"))
    assert (kept["sender"], kept["recipients"]) == ("alice@example.test", ["x@y.test", "ü@y.test"])


def test_a_directory_that_cannot_be_written_is_tried_later(world, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (attempt,) = world.run(DirectorySink(tmp_path / "file").send(outgoing(world, EnvelopeRecipient("x@y.test"))))
    assert not attempt.is_taken
    assert not attempt.is_refused


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("250 2.1.5 Ok", "2.1.5"),
        ("550 5.7.1 No", "5.7.1"),
        ("550 No", "5.0.0"),
        ("451 5.1.1 Odd", "4.0.0"),
        ("250", "2.0.0"),
        ("550 5.x.1 No", "5.0.0"),
    ],
)
def test_the_status_comes_from_the_reply(reply, status):
    assert Attempt(reply).status == status


class Relay:
    """A relay host in a thread: answers from a table, keeps what it hears. Speaks no TLS."""

    def __init__(self, answers, extensions=("8BITMIME", "SIZE 1000000", "SMTPUTF8", "DSN")):
        self.answers = answers
        self.extensions = extensions
        self.heard = []
        self.data = b""
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def close(self):
        self.listening.close()
        self.thread.join(10)

    def serve(self):
        connection, _ = self.listening.accept()
        with connection, connection.makefile("rwb") as stream:
            self.say(stream, self.answers.get("greeting", "220 hello"))
            while line := stream.readline():
                text = line.decode().strip()
                self.heard.append(text)
                verb = text.split()[0].upper()
                if verb == "EHLO":
                    lines = ["relay.test", *self.extensions]
                    for each in lines[:-1]:
                        self.say(stream, f"250-{each}")
                    self.say(stream, f"250 {lines[-1]}")
                elif verb == "DATA" and text not in self.answers:
                    self.say(stream, "354 go")
                    while (line := stream.readline()) != b".\r\n":
                        self.data += line.removeprefix(b".")
                    answer = self.answers.get("end", "250 2.0.0 Queued")
                    if answer:
                        self.say(stream, answer)
                    else:
                        return
                else:
                    found = next(
                        (each for start, each in self.answers.items() if text.lower().startswith(start.lower())),
                        "250 2.0.0 Ok",
                    )
                    self.say(stream, found)

    def say(self, stream, line):
        stream.write(line.encode() + b"\r\n")
        stream.flush()


@pytest.fixture
def relay():
    made = []

    def make(answers=None, **facts):
        made.append(Relay(answers or {}, **facts))
        return made[-1]

    yield make
    for each in made:
        each.close()


def relayed(world, server, message, **facts):
    sink = RelaySink("127.0.0.1", server.port, tls="none", timeout_s=10, **facts)
    return [each.reply for each in world.run(sink.send(message))]


def test_the_relay_sink_hands_on_the_message_and_the_wishes(world, relay):
    server = relay()
    message = outgoing(
        world,
        EnvelopeRecipient("x@y.test", frozenset({"SUCCESS", "FAILURE"}), "rfc822;x+1=@y.test"),
        EnvelopeRecipient("z@y.test"),
        data=b"Subject: \xc3\xbc\r\n\r\n.dot\r\n..\r\n",
        return_full=False,
        envelope_id="E 1",
    )
    attempts = world.run(RelaySink("127.0.0.1", server.port, tls="none", timeout_s=10).send(message))
    assert all(each.is_taken and each.confirms for each in attempts)
    assert server.data == message.data
    # smtplib's spelling of "FROM:" changed between Python versions; verbs and keywords are case-insensitive.
    heard = [re.sub(r"(?i)(from|to):", lambda word: word[0].upper(), line, count=1) for line in server.heard]
    mail, first, second = [line for line in heard if line[:4].upper() in ("MAIL", "RCPT")]
    assert mail.split()[1:] == [
        "FROM:<alice@example.test>",
        f"SIZE={len(message.data)}",
        "BODY=8BITMIME",
        "RET=HDRS",
        "ENVID=E+201",
    ]
    assert first.split()[1:] == ["TO:<x@y.test>", "NOTIFY=FAILURE,SUCCESS", "ORCPT=rfc822;x+2B1+3D@y.test"]
    assert second.split()[1:] == ["TO:<z@y.test>"]


def test_each_recipient_has_an_answer_of_its_own(world, relay):
    server = relay(
        {"rcpt TO:<no@y.test>": "550 5.1.1 Unknown", "rcpt TO:<later@y.test>": "450-4.2.0 Slow\r\n450 4.2.0 down"}
    )
    message = outgoing(world, *map(EnvelopeRecipient, ["no@y.test", "yes@y.test", "later@y.test"]))
    assert relayed(world, server, message) == ["550 5.1.1 Unknown", "250 2.0.0 Ok", "450 4.2.0 Slow 4.2.0 down"]
    assert server.data == MESSAGE


@pytest.mark.parametrize(
    ("answers", "replies"),
    [
        ({"greeting": "554 5.3.2 Not today"}, ["451 4.4.2 5.3.2 Not today"]),
        ({"mail": "550 5.7.1 Not you"}, ["550 5.7.1 Not you"]),
        ({"mail": "451 4.3.0 Busy"}, ["451 4.3.0 Busy"]),
        ({"end": "552 5.3.4 Too large"}, ["552 5.3.4 Too large"]),
        ({"rcpt": "550 5.1.1 No"}, ["550 5.1.1 No"]),
    ],
)
def test_refusals_of_the_relay_are_told_apart(world, relay, answers, replies):
    server = relay(answers)
    assert relayed(world, server, outgoing(world, EnvelopeRecipient("x@y.test"))) == replies
    assert (server.data == b"") == ("end" not in answers)


def test_a_connection_that_breaks_is_tried_later(world, relay):
    (reply,) = relayed(world, relay({"end": ""}), outgoing(world, EnvelopeRecipient("x@y.test")))
    assert reply.startswith("4")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    (attempt,) = world.run(
        RelaySink("127.0.0.1", port, tls="none", timeout_s=10).send(outgoing(world, EnvelopeRecipient("x@y.test")))
    )
    assert attempt.reply.startswith("451 4.4.1")


def test_what_the_relay_cannot_carry_is_refused_for_good(world, relay):
    plain = ("SIZE 1000",)
    message = outgoing(world, EnvelopeRecipient("x@y.test"), data=b"Subject: \xc3\xbc\r\n\r\n")
    assert relayed(world, relay(extensions=plain), message)[0].startswith("554 5.6.3")
    message = outgoing(world, EnvelopeRecipient("ü@y.test"))
    assert relayed(world, relay(extensions=plain), message)[0].startswith("550 5.6.7")
    message = outgoing(world, EnvelopeRecipient("ü@y.test"), smtp_utf8=True)
    assert relayed(world, relay(), message) == ["250 2.0.0 Ok"]

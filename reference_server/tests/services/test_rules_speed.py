"""What rules cost: a delivery through two hundred that do not match is at most twice one through none.

In processor time, for an ordinary message; forty of the two hundred look through the whole of its body, so a longer one
costs more.
"""

import statistics
import time

import pytest

from mailproof_server.services.rules.service import Put
from tests.services.ruling import deliver, mail, rule

ROUNDS = 60
KINDS = [
    {"ContainsSubjectStrings": ["nothing like it {0}"]},
    {"ContainsBodyStrings": ["nor this {0}", "or that {0}"]},
    {"FromAddresses": ["nobody{0}@elsewhere.test"]},
    {"ContainsHeaderStrings": ["x-nothing-{0}: yes"]},
    {"SentToAddresses": ["somebody{0}@example.test"], "HasAttachments": True},
]


def rules(count):
    for number in range(count):
        conditions = {
            name: [each.format(number) for each in value] if isinstance(value, list) else value
            for name, value in KINDS[number % len(KINDS)].items()
        }
        yield Put(rule({"Delete": True}, f"rule {number}", conditions=conditions))


@pytest.fixture
def bob(world):
    world.user("alice")
    return world.user("bob")


@pytest.mark.parametrize(("size_bytes", "most"), [(2_000, 2.0), (20_000, 2.5)])
def test_two_hundred_rules_that_do_not_match_cost_no_more_than_the_delivery(world, bob, size_bytes, most):
    world.user("dan")
    world.run(world.services.rules.change(bob, bob.account_id, list(rules(200))))
    words = [b"%x" % (number * 7919 % 60_000) for number in range(size_bytes // 6)]
    body = b"".join(word + (b"\r\n" if place % 12 == 0 else b" ") for place, word in enumerate(words))
    with_rules, without = [], []
    for number in range(ROUNDS):  # by turns, so that whatever else the machine does hits both
        for name, figures in (("bob", with_rules), ("dan", without)):
            head = f"From: alice@example.test\r\nTo: {name}@example.test\r\n".encode()
            data = mail(head=head, subject=b"number %d" % number, body=body)
            begun = time.process_time()
            deliver(world, data, f"{name}@example.test", settle=False)
            figures.append(time.process_time() - begun)
    ratio = statistics.median(with_rules) / statistics.median(without)
    print(f"\n{size_bytes} octets: {statistics.median(without) * 1e3:.2f} ms, with rules x {ratio:.2f}")
    assert ratio <= most

"""The mix of mailbox_store with more users in ten steps, until the budget breaks: tells where the knee is."""

from mailproof_loadtests.scenario import Scenario
from mailproof_loadtests.scenarios.mailbox_store import MailboxUser


class LimitUser(MailboxUser):
    """As in mailbox_store."""


SCENARIO = Scenario(users=(LimitUser,))
IS_STEPPED = True

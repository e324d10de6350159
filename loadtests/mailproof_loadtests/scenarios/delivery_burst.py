"""Everybody sends over SMTPS as fast as it is taken; what was accepted must arrive once, with its body whole."""

from mailproof_loadtests.scenario import Scenario
from mailproof_loadtests.users.base import step
from mailproof_loadtests.users.smtps import DeliveryUser


class BurstUser(DeliveryUser):
    """Mostly sends; every fifth time it waits until the message can be read."""

    @step(4)
    def submit(self) -> None:
        """Send."""
        self.send_one()

    deliver = step(1)(DeliveryUser.send_and_await)


SCENARIO = Scenario(users=(BurstUser,))

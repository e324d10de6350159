"""Many connections in IDLE, eight for each user, and the fan-out of each new message to all of them."""

from locust import between

from mailproof_loadtests.scenario import Scenario
from mailproof_loadtests.users.base import step
from mailproof_loadtests.users.readers import FleetUser


class IdlingUser(FleetUser):
    """A message every half second or so: a fleet mostly waits."""

    wait_time = between(0.2, 0.8)
    tell = step()(FleetUser.tell_everybody)


SCENARIO = Scenario(users=(IdlingUser,))
CONNECTIONS = 10
"""Of one user, at most: the cap towards foreign targets counts with it."""

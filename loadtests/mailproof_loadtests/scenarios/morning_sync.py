"""Everybody signs in at nine and opens everything: LOGIN, LIST, SELECT, envelopes of all, bodies of some, LOGOUT."""

from locust import between

from mailproof_loadtests.scenario import Scenario
from mailproof_loadtests.users.base import step
from mailproof_loadtests.users.readers import MorningUser


class NineOClockUser(MorningUser):
    """Once more after a second or so, with a new connection each time."""

    wait_time = between(0.2, 1.5)
    open_all = step()(MorningUser.open_everything)


SCENARIO = Scenario(users=(NineOClockUser,))

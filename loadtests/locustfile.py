"""For `locust -f loadtests/locustfile.py`: see `mailproof_loadtests/locustfile.py`."""

from mailproof_loadtests.locustfile import *  # noqa: F403 -- Locust looks for users in this namespace

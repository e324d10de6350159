"""What Locust runs: the users of the scenario, or of all scenarios when Locust was started by itself.

`locust -f loadtests/locustfile.py [UserClass …]` works as people know it. The target is the profile that
MAILPROOF_TARGET names; without it the reference server is started. `mailproof load` sets everything by itself.
"""

import locust  # noqa: F401 -- first: gevent must have patched the sockets before ssl is imported

from mailproof_loadtests import running

globals().update({user.__name__: user for user in running.user_classes()})
if running.is_stepped():
    from mailproof_loadtests.steps import Steps  # noqa: F401 -- Locust looks for shapes in this namespace

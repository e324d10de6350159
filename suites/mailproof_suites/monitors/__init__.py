"""Checks that run on every exchange of every case and every load request.

One observer watches one connection and reports to a `Collector`, which may serve any number of connections. Each rule
is a small function that names the requirements it checks; their rows stand in the folders of the specifications here.
"""

from mailproof_suites.monitors.attach import observers_for, requirements_checked
from mailproof_suites.monitors.collector import Collector, MonitorViolation

__all__ = ["Collector", "MonitorViolation", "observers_for", "requirements_checked"]

"""Locust users on the suites' own clients; only Locust's process imports them (gevent must be there before ssl)."""

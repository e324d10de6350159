"""The judge's own protocol clients: they show every octet and forgive nothing.

Blocking sockets, no threads, standard library only on the hot path, so that the same clients serve the suites and,
under gevent, the load tests. They know neither pytest nor locust nor allure, and never the server they judge.
"""

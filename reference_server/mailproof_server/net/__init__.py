"""Sockets, TLS and time-outs: the only layer that meets the event loop's transports."""

"""Why a peer server could not be run, told as one line."""


class PeerError(Exception):
    """A peer cannot be started here; the text says what to do about it."""

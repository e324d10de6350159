"""What the server does, once, for every protocol: rights, quotas, delivery, folders and messages. No protocol inside.

Every method that acts takes the `Principal` who acts and the owner's account or folder: two arguments, always. Rights
are checked here and nowhere else, freshly at each call, so that a revoked right takes effect within one command.
"""

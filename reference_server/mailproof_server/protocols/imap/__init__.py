"""IMAP4rev1 and IMAP4rev2 (RFC 3501, RFC 9051) with their extensions: a projection of folders and messages.

A session is one task: it reads whole commands, runs each to its end, reports what changed meanwhile, and answers. Every
command is one file in `commands/`; what the server advertises is computed from those files.
"""

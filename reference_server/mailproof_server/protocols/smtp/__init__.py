"""SMTP submission over implicit TLS (RFC 5321, RFC 6409, RFC 8314): from a signed-in client to `services.submission`.

A session is one task: it reads a line, runs the command to its end, replies. Every verb is one file in `commands/`;
what EHLO announces is computed from those files.
"""

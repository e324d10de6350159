"""SMTP on the wire: command lines, paths, parameters, message data and replies (RFC 5321, no socket, no clock)."""

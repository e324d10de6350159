"""IMAP bytes to values and back, without I/O: RFC 3501, RFC 9051 and the extensions of the server's capability list."""

"""Every reply whose text does not depend on the moment, by situation (RFC 5321 §4.2.3, RFC 3463, RFC 4954 §6)."""

from mailproof_server.wire.smtp.reply import Reply

# -- done
QUIT_DONE = Reply(221, "2.0.0", "Goodbye")
AUTHENTICATED = Reply(235, "2.7.0", "Authentication succeeded")
NOOP_DONE = Reply(250, "2.0.0", "OK")
RESET_DONE = Reply(250, "2.0.0", "Reset")
SENDER_OK = Reply(250, "2.1.0", "Sender OK")
RECIPIENT_OK = Reply(250, "2.1.5", "Recipient OK")
CANNOT_VERIFY = Reply(252, "2.1.5", "Not verified here, but mail to it will be tried")
START_MAIL = Reply(354, "", "End data with <CR><LF>.<CR><LF>")

# -- try again
IDLE_TOO_LONG = Reply(421, "4.4.2", "Idle for too long, closing")
SHUTTING_DOWN = Reply(421, "4.3.2", "Server is shutting down, try again soon")
TOO_MANY_ERRORS = Reply(421, "4.7.0", "Too many errors, closing")
TOO_MANY_FAILED_LOGINS = Reply(421, "4.7.0", "Too many failed sign-ins, closing")
TOO_MANY_CONNECTIONS = Reply(421, "4.7.0", "Too many connections, try again later")
SESSION_ENDED = Reply(421, "4.7.0", "The sign-in of this session no longer holds, closing")
NO_MORE_MAIL = Reply(421, "4.7.0", "Enough transactions for one session, connect again")
BAD_CHUNK = Reply(421, "4.7.0", "Syntax: BDAT octets [LAST]; it is unknown how much text follows, closing")
"""RFC 5321 §4.1.1.10: not even after an error does a server close before it has said 421 or answered QUIT."""
INTERNAL_ERROR = Reply(451, "4.3.0", "Internal error, try again later")
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3", "Too many recipients, send the rest in another transaction")
AUTH_UNAVAILABLE = Reply(454, "4.7.0", "Temporary authentication failure, try again later")

# -- the command is wrong
UNKNOWN_COMMAND = Reply(500, "5.5.2", "Command not recognized")
LINE_TOO_LONG = Reply(500, "5.5.2", "Line too long")
AUTH_LINE_TOO_LONG = Reply(500, "5.5.6", "Authentication exchange line is too long")
BARE_LINE_FEED = Reply(500, "5.5.2", "Bare <LF> received, lines end with <CR><LF>; closing")
BARE_CR_OR_NUL = Reply(500, "5.5.2", "Bare <CR> or NUL received")
NO_ARGUMENT_ALLOWED = Reply(501, "5.5.4", "No argument allowed")
ARGUMENT_NEEDED = Reply(501, "5.5.4", "Argument needed")
BAD_HELLO_NAME = Reply(501, "5.5.4", "Domain name or address literal needed")
BAD_MAIL_SYNTAX = Reply(501, "5.5.4", "Syntax: MAIL FROM:<address> [parameters]")
BAD_RCPT_SYNTAX = Reply(501, "5.5.4", "Syntax: RCPT TO:<address> [parameters]")
BAD_SENDER_ADDRESS = Reply(501, "5.1.7", "Bad sender address syntax")
BAD_RECIPIENT_ADDRESS = Reply(501, "5.1.3", "Bad recipient address syntax")
BAD_BASE64 = Reply(501, "5.5.2", "Cannot decode base64")
BAD_CREDENTIALS_SYNTAX = Reply(501, "5.5.2", "Malformed authentication data")
AUTH_CANCELLED = Reply(501, "5.7.0", "Authentication cancelled")
NOT_IMPLEMENTED = Reply(502, "5.5.1", "Command not implemented")
BAD_SEQUENCE = Reply(503, "5.5.1", "Bad sequence of commands")
HELLO_FIRST = Reply(503, "5.5.1", "Send EHLO first")
NESTED_MAIL = Reply(503, "5.5.1", "A transaction is open already")
MAIL_FIRST = Reply(503, "5.5.1", "Send MAIL first")
RCPT_FIRST = Reply(503, "5.5.1", "Send RCPT first")
NO_MIXING = Reply(503, "5.5.1", "DATA and BDAT cannot be mixed in one transaction")
ALREADY_AUTHENTICATED = Reply(503, "5.5.1", "Already authenticated")
NOT_IN_TRANSACTION = Reply(503, "5.5.1", "Not allowed during a transaction")
UNKNOWN_MECHANISM = Reply(504, "5.5.4", "Authentication mechanism not supported")
UNKNOWN_PARAMETER = Reply(555, "5.5.4", "Parameter not recognized")

# -- refused
AUTH_REQUIRED = Reply(530, "5.7.0", "Authentication required")
WRONG_CREDENTIALS = Reply(535, "5.7.8", "Authentication credentials invalid")
BAD_LINES = Reply(550, "5.6.0", "Message refused: bare <CR>, bare <LF> or NUL in it; lines end with <CR><LF>")
LONG_LINE = Reply(550, "5.6.0", "Message refused: a line is longer than 998 octets")
TOO_BIG = Reply(552, "5.3.4", "Message too big")
NEEDS_SMTPUTF8 = Reply(553, "5.6.7", "Non-ASCII address needs SMTPUTF8")
NO_VALID_RECIPIENTS = Reply(554, "5.5.1", "No valid recipients")

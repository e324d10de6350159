"""A command line taken apart: the verb and its argument (RFC 5321 §2.4, §4.1.1)."""

from dataclasses import dataclass

from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.errors import WireError


@dataclass(frozen=True, slots=True)
class Command:
    """`RCPT TO:<a@example.test>` → verb `RCPT`, argument `TO:<a@example.test>`."""

    verb: bytes
    """In upper case: verbs "are not case sensitive" (§2.4)."""
    argument: bytes
    """As sent, without the space after the verb and without trailing spaces."""

    def require_no_argument(self) -> None:
        """§4.3.2 gives 501 for an argument where none is allowed. Raises WireError."""
        if self.argument:
            raise WireError(replies.NO_ARGUMENT_ALLOWED)


def parse_command(line: bytes) -> Command:
    """Take a line apart. Raises WireError when it does not begin with a verb.

    §4.1.1: "In the interest of improved interoperability, SMTP receivers SHOULD tolerate trailing white space before
    the terminating <CRLF>."
    """
    verb, _, argument = line.rstrip(b" \t").partition(b" ")
    if not (verb.isalpha() and verb.isascii()):
        raise WireError(replies.UNKNOWN_COMMAND)
    return Command(verb.upper(), argument)

"""Mail addresses as the directory compares them: in lower case, unquoted, with the tag told apart (RFC 5233)."""

import re
from dataclasses import dataclass

from mailproof_server.model.errors import Invalid

MAX_LOCAL_PART = 64
MAX_ADDRESS = 254
# WorkMail's API: [a-zA-Z0-9._%+-]{1,64}@[a-zA-Z0-9.-]+\.[a-zA-Z-]{2,}
_PROVISIONED = re.compile(r"[a-z0-9._%+-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z-]{2,}")
_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_USERNAME = re.compile(r"[\w\-.+%]+(@[a-zA-Z0-9.\-]+\.[a-zA-Z0-9-]{2,})?")


@dataclass(frozen=True, slots=True)
class MailAddress:
    """Of a recipient or sender, in comparable form."""

    local: str
    """Lower case, without quotes."""
    domain: str
    """Lower case; empty for a bare local part such as `postmaster`."""

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}" if self.domain else self.local

    @property
    def base(self) -> str | None:
        """The address without its tag; None when it has none. The first `+` separates; a tag may hold more of them."""
        user, plus, _ = self.local.partition("+")
        return f"{user}@{self.domain}" if plus and user else None


def parse(address: str) -> MailAddress:
    """Split at the last `@`; a quoted local part means the same as without quotes (RFC 5321 section 4.1.2).

    Raises Invalid for an empty local part or domain, and for what no encoding can hold.
    """
    if any(0xD800 <= ord(each) <= 0xDFFF for each in address):
        raise Invalid("Not an address")
    local, at, domain = address.strip().rpartition("@")
    if not at:
        local, domain = domain, ""
    if len(local) >= 2 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    if not local or (at and not domain):
        raise Invalid(f"Not an address: {address}")
    return MailAddress(local.lower(), domain.lower().rstrip("."))


def checked_address(address: str) -> str:
    """A new directory address, in lower case. Raises Invalid, naming what is wrong."""
    lowered = address.strip().lower()
    local = lowered.partition("@")[0]
    if len(local) > MAX_LOCAL_PART:
        raise Invalid(f"The part before the @ has at most {MAX_LOCAL_PART} characters")
    if len(lowered) > MAX_ADDRESS:
        raise Invalid(f"An address has at most {MAX_ADDRESS} characters")
    if not _PROVISIONED.fullmatch(lowered):
        raise Invalid(f"Not an address that can be given out: {address}")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise Invalid("Dots stand between characters, never first, last or twice (RFC 5321 section 4.1.2)")
    return lowered


def checked_domain(domain: str) -> str:
    """A new accepted domain, in lower case. Raises Invalid."""
    lowered = domain.strip().lower().rstrip(".")
    if not _DOMAIN.fullmatch(lowered):
        raise Invalid(f"Not a domain name: {domain}")
    return lowered


def checked_username(username: str) -> str:
    """A web sign-in name; case is kept. Raises Invalid."""
    if len(username) > MAX_LOCAL_PART or not _USERNAME.fullmatch(username):
        raise Invalid(f"Not a user name: {username}")
    return username

"""Reverse-path and forward-path (RFC 5321 §4.1.2, §4.1.3; with UTF-8: RFC 6531 §3.3)."""

import ipaddress
import re
from dataclasses import dataclass

MAX_LOCAL_OCTETS = 64
MAX_DOMAIN_OCTETS = 255
MAX_PATH_OCTETS = 256
"""§4.5.3.1.3: "including the punctuation and element separators"."""
MAX_LABEL_OCTETS = 63

_UTF8 = "\u0080-\U0010ffff"
_ATOM = rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~\-{_UTF8}]+"
_DOT_STRING = rf"{_ATOM}(?:\.{_ATOM})*"
_QUOTED_STRING = rf'"(?:[ !#-\[\]-~{_UTF8}]|\\[ -~])*"'
_LABEL = rf"[A-Za-z0-9{_UTF8}](?:[A-Za-z0-9\-{_UTF8}]*[A-Za-z0-9{_UTF8}])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_LITERAL = r"\[[!-Z^-~]*\]"
_ROUTE = rf"@{_DOMAIN}(?:,@{_DOMAIN})*:"
_PATH = re.compile(rf"<(?:{_ROUTE})?(?P<local>{_DOT_STRING}|{_QUOTED_STRING})@(?P<domain>{_DOMAIN}|{_LITERAL})>")
_POSTMASTER = re.compile(r"<(postmaster)>", re.IGNORECASE)
_IS_DOMAIN = re.compile(_DOMAIN)
_IS_DOT_STRING = re.compile(_DOT_STRING)


class BadPath(ValueError):  # noqa: N818 -- the caller says which path it was and makes the reply
    """Not a path."""


@dataclass(frozen=True, slots=True)
class Path:
    """An address on the envelope. Source routes are dropped: §3.6.1 "SHOULD be ignored"."""

    local: str
    """Without quotes and backslashes: `"a b"@d` and `"a\\ b"@d` are one address."""
    domain: str
    """As sent; an address literal keeps its brackets; empty for `<>` and for `<Postmaster>`."""

    @property
    def is_null(self) -> bool:
        """`<>`, the sender of notifications."""
        return not self.local and not self.domain

    @property
    def is_ascii(self) -> bool:
        """Whether it needs no SMTPUTF8."""
        return self.local.isascii() and self.domain.isascii()

    @property
    def address(self) -> str:
        """`local@domain` with quotes where they are needed; empty for `<>`."""
        if not self.domain:
            return self.local
        return f"{quote_local(self.local)}@{self.domain}"


NULL_PATH = Path("", "")


def quote_local(local: str) -> str:
    """A local part as it stands in an address. §4.1.2: "a host that expects to receive mail SHOULD avoid" quoting."""
    if _IS_DOT_STRING.fullmatch(local):
        return local
    return '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'


def is_domain(text: str) -> bool:
    """Whether it is a domain name: labels of letters, digits and inner hyphens, or of UTF-8 (RFC 6531)."""
    return (
        bool(_IS_DOMAIN.fullmatch(text))
        and len(text.encode()) <= MAX_DOMAIN_OCTETS
        and all(len(label.encode()) <= MAX_LABEL_OCTETS for label in text.split("."))
    )


def is_address_literal(text: str) -> bool:
    """`[192.0.2.1]`, `[IPv6:2001:db8::1]` or a tagged literal of another kind (§4.1.3)."""
    if not (text.startswith("[") and text.endswith("]")):
        return False
    inner = text[1:-1]
    tag, colon, content = inner.partition(":")
    try:
        if colon and tag.lower() == "ipv6":
            ipaddress.IPv6Address(content)
            return "%" not in content
        if not colon:
            ipaddress.IPv4Address(inner)
            return True
    except ipaddress.AddressValueError:
        return False
    return bool(re.fullmatch(r"[A-Za-z0-9-]*[A-Za-z0-9]", tag) and re.fullmatch(r"[!-Z^-~]+", content))


def parse_path(text: str, *, null: bool, postmaster: bool) -> tuple[Path, str]:
    """The path at the beginning of `text` and what follows it. `null`: `<>` is one; `postmaster`: `<Postmaster>` is.

    Raises BadPath.
    """
    if null and text.startswith("<>"):
        return NULL_PATH, text[2:]
    if postmaster and (named := _POSTMASTER.match(text)):
        return Path(named.group(1), ""), text[named.end() :]
    found = _PATH.match(text)
    if found is None:
        raise BadPath("not <local-part@domain>")
    local, domain = found.group("local"), found.group("domain")
    if local.startswith('"'):
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    path = Path(local, domain)
    if not local:
        raise BadPath("empty local part")
    if len(local.encode()) > MAX_LOCAL_OCTETS:
        raise BadPath("local part too long")
    if not (is_address_literal(domain) if domain.startswith("[") else is_domain(domain)):
        raise BadPath("bad domain")
    if len(path.address.encode()) + len("<>") > MAX_PATH_OCTETS:
        raise BadPath("path too long")
    return path, text[found.end() :]

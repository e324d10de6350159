"""Passwords: the policy (FEATURES AUTH-02), their comparable form (RFC 8265 section 4.2), and their slow hash."""

import hashlib
import hmac
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mailproof_server.model.errors import Invalid
from mailproof_server.services.limits import ServiceLimits

PASSWORD = "password"  # noqa: S105 -- the kind of a credential, not a secret
TOKEN = "token"  # noqa: S105
MIN_CHARACTERS = 8
MAX_CHARACTERS = 256
MARK = "mpt_"
"""Tokens begin with it, so that a leaked one is recognised."""
_ALGORITHM = "sha256$"


def prepared(password: str) -> str:
    """OpaqueString: every space is U+0020, composed form (NFC); case and everything else stay."""
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in password)
    return unicodedata.normalize("NFC", spaced)


def check_policy(password: str) -> None:
    """Raises Invalid that lists everything that is missing: length, and each of the four classes."""
    if len(password) > MAX_CHARACTERS:
        raise Invalid(f"A password has at most {MAX_CHARACTERS} characters")
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in password):
        raise Invalid("A password holds no control characters")
    missing = []
    if len(password) < MIN_CHARACTERS:
        missing.append(f"{MIN_CHARACTERS} characters")
    if not any(each.isupper() for each in password):
        missing.append("an upper case letter")
    if not any(each.islower() for each in password):
        missing.append("a lower case letter")
    if not any(each.isdigit() for each in password):
        missing.append("a digit")
    if all(each.isalnum() for each in password):
        missing.append("a special character")
    if missing:
        raise Invalid(f"The password needs {', '.join(missing)}")


class PasswordHashing:
    """argon2id with the configured cost. Slow on purpose: call it in a thread."""

    def __init__(self, limits: ServiceLimits) -> None:
        self._hasher = PasswordHasher(
            time_cost=limits.login_hash_time_cost, memory_cost=limits.login_hash_memory_kib, parallelism=1
        )
        self._decoy = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        return self._hasher.hash(_octets(password))

    def verify(self, secret_hash: str | None, password: str) -> bool:
        """None stands for a user without a password, or no user at all: it costs the same and is never right."""
        try:
            self._hasher.verify(self._decoy if secret_hash is None else secret_hash, _octets(password))
        except (VerificationError, InvalidHashError):
            return False
        return secret_hash is not None

    def is_outdated(self, secret_hash: str) -> bool:
        """Whether it was made at another cost than the configured one."""
        return self._hasher.check_needs_rehash(secret_hash)


def _octets(password: str) -> bytes:
    """Whatever a client sends has a form to be compared in, lone surrogates too."""
    return prepared(password).encode("utf-8", "surrogatepass")


def new_token() -> str:
    """256 random bits, recognisable as one of ours."""
    return MARK + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """A plain hash is enough for what nobody can guess, and lets many tokens be compared at once."""
    return _ALGORITHM + hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_token(secret_hash: str, token: str) -> bool:
    return hmac.compare_digest(secret_hash.encode(), token_hash(token).encode())

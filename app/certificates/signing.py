"""RS256 keys and compact signatures (RFC 7515, 7517, 7518, 7638); no clock, no database."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

# What is signed today must still hold in ten years (NIST SP 800-57: 3072 bits beyond 2030).
KEY_BITS = 3072
EXPONENT = 65537


class WrongSignature(ValueError):
    """What was signed was changed, by another key, or never signed by us."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new key: `private` is PKCS #8 in PEM, `public` its JWK, `thumbprint` names it."""

    private: bytes
    public: dict[str, str]
    thumbprint: str


def make_key() -> KeyPair:
    key = rsa.generate_private_key(public_exponent=EXPONENT, key_size=KEY_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    numbers = key.public_key().public_numbers()
    public = {"kty": "RSA", "n": _integer(numbers.n), "e": _integer(numbers.e)}
    return KeyPair(private, public, thumbprint(public))


def thumbprint(jwk: Mapping[str, str]) -> str:
    """What a key is called: the digest of its parts (RFC 7638)."""
    parts = json.dumps({name: jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    return _encoded(hashlib.sha256(parts.encode()).digest())


def sign(payload: Mapping[str, Any], private: bytes, kid: str) -> str:
    """The payload as a compact JWS; its header says `kid` and nothing that need not be said."""
    header = {"alg": "RS256", "kid": kid, "typ": "JWT"}
    signed = f"{_encoded(_json(header))}.{_encoded(_json(payload))}"
    signature = _private_key(private).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_encoded(signature)}"


def opened(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(header, payload) as they stand there, unchecked. Raises WrongSignature when unreadable."""
    try:
        header, payload, _signature = token.split(".")
        return json.loads(_decoded(header)), json.loads(_decoded(payload))
    except (ValueError, binascii.Error) as broken:
        raise WrongSignature from broken


def verify(token: str, jwk: Mapping[str, str]) -> dict[str, Any]:
    """The payload, when this key signed exactly it. Raises WrongSignature."""
    header, payload = opened(token)
    signed, _dot, signature = token.rpartition(".")
    if header.get("alg") != "RS256":
        raise WrongSignature
    key = rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()
    try:
        key.verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError, binascii.Error) as wrong:
        raise WrongSignature from wrong
    return payload


@lru_cache(maxsize=4)
def _private_key(private: bytes) -> rsa.RSAPrivateKey:
    """Read once, not five hundred times."""
    key = serialization.load_pem_private_key(private, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(type(key))
    return key


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _integer(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8))


def _number(text: str) -> int:
    return int.from_bytes(_decoded(text))


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)

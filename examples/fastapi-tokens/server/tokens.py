"""Mints Halyard's tokens, and spells its channels' names. The standard library is enough: copy this file.

A token is a JWT (RFC 7519) signed with HMAC-SHA-256, for one channel and some of its topics. What stands in it is said in
docs/PROTOCOL.md, section 5, as is how a pattern's params become a name. Who may have one, your endpoint decides.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
import uuid
from dataclasses import dataclass
from typing import Any, Iterable, Sequence, Union
from urllib.parse import quote

MAX_LIFE = 24 * 60 * 60
"""Seconds. No token lives longer."""


class TokenError(ValueError):
    """What was asked for can't be in a token, or in a name. It never quotes a secret."""


@dataclass(frozen=True)
class SecretKey:
    """One of several secrets, while they are being rotated: what `createRealtime({ secret: [{ id, secret }] })` is given."""

    secret: str
    id: Union[str, None] = None

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise TokenError("A secret must have at least 32 characters. `openssl rand -base64 32` makes one.")
        if self.id is not None and not re.fullmatch(r"[A-Za-z0-9_.~-]{1,64}", self.id):
            raise TokenError("A secret's id must be 1 to 64 characters of A-Z a-z 0-9 . _ ~ -")

    def __repr__(self) -> str:
        return f"SecretKey(id={self.id!r})"


def mint_token(
    secret: Union[str, SecretKey],
    *,
    channel: str,
    topics: Iterable[str] = (),
    publish: Iterable[str] = (),
    subject: Union[str, None] = None,
    expires_in: float = 15 * 60,
    url: Union[str, None] = None,
    wires: Union[Sequence[str], None] = None,
) -> dict[str, Any]:
    """The JSON to give to the page that may receive `topics` of this one channel, and publish to those of `publish`.

    `subject` is whom it is for, such as a user's id: the gateway limits and revokes by it. `expires_in` is in seconds, from
    1 to 24 hours. `url` is the gateway's address, where it isn't `/api/realtime` of the page's own origin, and `wires` are
    the ways to it. While secrets are rotated, `secret` is the one that signs: on Halyard's side, the first of the list.

    Raises TokenError.

    >>> mint_token(secret, channel="scan:42", topics=["done"], subject=user.id)
    {'channel': 'scan:42', 'topics': ['done'], 'key': 'eyJhbGciOi…'}
    """
    key = secret if isinstance(secret, SecretKey) else SecretKey(secret)
    check_channel(channel)
    to_receive, to_publish = _names(topics, "topics"), _names(publish, "publish")
    if not to_receive and not to_publish:
        raise TokenError("A token opens at least one topic, to receive or to publish.")
    if subject is not None and not 1 <= _length(subject) <= 255:
        raise TokenError("A token's subject must be a text of 1 to 255 characters.")
    # Written so that it refuses NaN, too.
    if not 1 <= expires_in <= MAX_LIFE:
        raise TokenError(f"A token's expires_in must be between 1 and {MAX_LIFE} seconds; got {expires_in!r}.")

    now = time.time_ns() // 1_000_000
    claims: dict[str, Any] = {
        "iss": "halyard",
        "channel": channel,
        "topics": to_receive,
        "iat": now // 1000,
        # What was issued in the second in which its subject was revoked came before that, or after.
        "ms": now % 1000,
        # Whole seconds, rounded up: never less than was asked for.
        "exp": -(-(now + round(expires_in * 1000)) // 1000),
        "jti": str(uuid.uuid4()),
    }
    if to_publish:
        claims["publish"] = to_publish
    if subject is not None:
        claims["sub"] = subject

    token: dict[str, Any] = {"channel": channel, "topics": to_receive, "key": _sign(key, claims)}
    if url is not None:
        token["url"] = url
    if wires is not None:
        token["wires"] = list(wires)
    return token


def channel_name(pattern: str, **params: str) -> str:
    """The name that a pattern gives for these params, spelled as `realtime.channel({ name: pattern })` does.

    Params are percent-encoded, so that no value reaches beyond its own place, whatever a user called themselves. Raises
    TokenError, also for a name of over 255 bytes.

    >>> channel_name("tide:{account}:{table}", account="pilots", table="7")
    'tide:pilots:7'
    >>> channel_name("tide:{account}:{table}", account="pilots:7", table="x")
    'tide:pilots%3A7:x'
    """
    # Literal text stands at even places, names of params at odd ones.
    parts = re.split(r"\{([A-Za-z][A-Za-z0-9_]*)\}", pattern)
    literals, names = parts[0::2], parts[1::2]
    between = literals[1:-1]
    if "${" in pattern or re.search("[{}]", "".join(literals)):
        raise TokenError(f'Pattern "{pattern}": a brace is left over, or follows a "$".')
    if len(set(names)) != len(names) or any(re.fullmatch("[A-Za-z0-9%]*", text) for text in between):
        raise TokenError(f'Pattern "{pattern}" needs each {{param}} once, with a separator such as ":" between two.')
    if set(params) != set(names):
        raise TokenError(f'Pattern "{pattern}" needs the params {names}; got {sorted(params)}.')
    return check_channel("".join(_encode(params[part], between) if i % 2 else part for i, part in enumerate(parts)))


def check_channel(name: str) -> str:
    """Gives the name back. Raises TokenError unless it is 1 to 255 bytes of text, and none of Halyard's own."""
    try:
        size = len(name.encode("utf-8"))
    except UnicodeEncodeError:
        raise TokenError("A channel's name must be well-formed text, without half a surrogate pair.") from None
    if not 1 <= size <= 255:
        raise TokenError(f"A channel's name needs 1 to 255 bytes of text; got {size}.")
    if name.startswith("~halyard:"):
        raise TokenError('A channel\'s name may not start with "~halyard:".')
    return name


def _encode(value: str, between: list[str]) -> str:
    """A param's value as it stands in a name: letters, digits, and those of `-._~` that separate no two params here."""
    if not isinstance(value, str) or value == "":
        raise TokenError("A param's value must be a text of at least one character.")
    try:
        encoded = quote(value, safe="")
    except UnicodeEncodeError:
        raise TokenError("A param's value must be well-formed text, without half a surrogate pair.") from None
    separators = set("".join(between)) & set("-._~")
    return "".join(f"%{ord(char):02X}" if char in separators else char for char in encoded)


def _names(given: Iterable[str], what: str) -> list[str]:
    # A text is an iterable of its letters, which nobody means.
    names = [] if isinstance(given, str) else list(dict.fromkeys(given))
    if isinstance(given, str) or not all(isinstance(name, str) and name for name in names):
        raise TokenError(f"{what} must be a list of topics' names.")
    return names


def _length(text: str) -> int:
    """In UTF-16 code units, as JavaScript counts. Raises TokenError for half a surrogate pair."""
    try:
        return len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError:
        raise TokenError("A token's subject must be well-formed text.") from None


def _sign(key: SecretKey, claims: dict[str, Any]) -> str:
    header = {"alg": "HS256", "typ": "JWT"} if key.id is None else {"alg": "HS256", "typ": "JWT", "kid": key.id}
    text = f"{_part(header)}.{_part(claims)}"
    signature = hmac.new(key.secret.encode("utf-8"), text.encode("ascii"), hashlib.sha256).digest()
    return f"{text}.{_base64url(signature)}"


def _part(value: dict[str, Any]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode("utf-8"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")

"""The local identity: tokens it issued are taken while they are valid, and nothing else ever is."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from adapters.system import local_identity
from adapters.system.local_identity import AUDIENCE, ISSUER, LARGEST, LocalIdentity, UnconfiguredIdentity
from domain.errors import Invalid, Unauthenticated, Unavailable
from domain.identity.permission import Role
from support.build import START

pytestmark = pytest.mark.anyio

NOW = int(START.timestamp())
HEADER = {"alg": "HS256", "typ": "JWT"}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "local:trader",
    "role": "trader",
    "iat": NOW,
    "exp": NOW + 3600,
}


class Wall:
    """A clock that tests set."""

    now = START

    def __call__(self):
        return self.now


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def key(tmp_path, wall):
    LocalIdentity(tmp_path / "key", wall)
    return (tmp_path / "key").read_bytes()


@pytest.fixture
def identity(tmp_path, key, wall):
    return LocalIdentity(tmp_path / "key", wall)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def written(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()


def signed(key: bytes, payload: Any = None, header: Any = None, digest: Any = hashlib.sha256) -> str:
    """A token of any header and payload with a right signature."""
    text = f"{encoded(written(header or HEADER))}.{encoded(written(payload or CLAIMS))}"
    return f"{text}.{encoded(hmac.digest(key, text.encode(), digest))}"


async def refused(identity: LocalIdentity, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await identity.verify(token)


@pytest.mark.parametrize("role", Role)
async def test_an_issued_token_tells_who_calls_until_when(identity, role):
    caller = await identity.verify(identity.issue(role))

    assert (caller.user_id, caller.role, caller.expires_at) == (f"local:{role}", role, START + timedelta(hours=1))


async def test_the_builder_of_these_tests_makes_tokens_as_the_identity_does(identity, key):
    assert signed(key) == identity.issue(Role.TRADER)


async def test_a_token_outlives_its_time_by_the_leeway_and_no_more(identity, tmp_path, wall):
    token = identity.issue(Role.VIEWER)
    await identity.verify(token)

    wall.now = START + timedelta(hours=1, seconds=4)
    await identity.verify(token)
    wall.now = START + timedelta(hours=1, seconds=5)
    await refused(identity, token)
    await refused(LocalIdentity(tmp_path / "key", wall), token)


async def test_a_token_is_verified_once(identity, monkeypatch):
    token = identity.issue(Role.VIEWER)
    first = await identity.verify(token)
    monkeypatch.setattr(jwt, "decode", None)

    assert await identity.verify(token) is first


async def test_only_so_many_tokens_are_remembered(identity, wall, monkeypatch):
    monkeypatch.setattr(local_identity, "REMEMBERED", 3)
    tokens = []
    for second in range(4):
        wall.now = START + timedelta(seconds=second)
        tokens.append(identity.issue(Role.VIEWER))
        await identity.verify(tokens[-1])

    def forgotten(*_: object, **__: object) -> None:
        raise jwt.InvalidTokenError

    monkeypatch.setattr(jwt, "decode", forgotten)
    await refused(identity, tokens[0])
    for token in tokens[1:]:
        await identity.verify(token)


@pytest.mark.parametrize("seconds", [0, -1, 12 * 3600 + 1])
def test_a_lifetime_has_its_limits(identity, seconds):
    with pytest.raises(Invalid, match="between 1 second and 12 hours"):
        identity.issue(Role.ADMIN, timedelta(seconds=seconds))


async def test_a_token_of_another_installation_is_refused(identity, tmp_path, wall):
    await refused(identity, LocalIdentity(tmp_path / "other", wall).issue(Role.ADMIN))


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "a.b.c.d.e",
        "é.b.c",
        "\ud800.b.c",
        "{}",
        json.dumps({"payload": "a", "signatures": [{"signature": "b"}]}),
        "A" * (LARGEST + 1),
        "ak_123",
    ],
)
async def test_what_is_no_token_is_refused(identity, token):
    await refused(identity, token)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.rpartition(".")[0] + ".",
        lambda token: token.rpartition(".")[0],
        lambda token: token + ".",
        lambda token: token + "=",
        lambda token: token + " ",
        lambda token: " " + token,
        lambda token: token + "\n",
        lambda token: token.replace(".", ". ", 1),
        lambda token: token[:-3] + "\n" + token[-3:],
        lambda token: token[:-1] + chr(ord(token[-1]) + 1),
        lambda token: token.split(".")[0] + ".." + token.split(".")[2],
        lambda token: token.replace("-", "+").replace("_", "/") + "+",
        lambda token: token.swapcase(),
    ],
)
async def test_a_token_that_was_touched_is_refused(identity, change):
    await refused(identity, change(identity.issue(Role.ADMIN)))


async def test_a_signature_is_written_in_one_way_only(identity):
    """The last character of 43 carries two bits that no byte needs."""
    token = identity.issue(Role.ADMIN)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(token[-1])

    for bits in range(1, 4):
        await refused(identity, token[:-1] + alphabet[last ^ bits])


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "typ": "JWT"},
        {"alg": "nOnE", "typ": "JWT"},
        {"typ": "JWT"},
        {"alg": ["HS256"], "typ": "JWT"},
        {"alg": "hs256", "typ": "JWT"},
        {"alg": "HS384", "typ": "JWT"},
        {"alg": "RS256", "typ": "JWT"},
        {"alg": "PS256", "typ": "JWT"},
        {"alg": "HS256"},
        {"alg": "HS256", "typ": "at+jwt"},
        {"alg": "HS256", "typ": "JWT", "kid": "../../dev/null"},
        {"alg": "HS256", "typ": "JWT", "crit": ["exp"]},
        {"alg": "HS256", "typ": "JWT", "b64": False, "crit": ["b64"]},
        {"alg": "HS256", "typ": "JWT", "zip": "DEF"},
        {"alg": "HS256", "typ": "JWT", "jku": "https://example.com/keys"},
        {"alg": "HS256", "typ": "JWT", "jwk": {"kty": "oct", "k": "AAAA"}},
        b'{"alg":"none","alg":"HS256","typ":"JWT"}',
        b'{"typ":"JWT","alg":"HS256"}',
        b'{"alg": "HS256", "typ": "JWT"}',
        b"[]",
        b"x",
        b"\xff",
        b"[" * 3000,
    ],
)
async def test_a_header_that_is_not_ours_is_refused_even_with_a_right_signature(identity, key, header):
    await refused(identity, signed(key, header=header))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
async def test_another_algorithm_is_refused_even_with_the_key(identity, key, algorithm):
    await refused(identity, jwt.encode(CLAIMS, key * 2, algorithm=algorithm))


async def test_keys_that_came_with_the_attacker_are_refused(identity):
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curve = ec.generate_private_key(ec.SECP256R1())

    await refused(identity, jwt.encode(CLAIMS, private, algorithm="RS256"))
    await refused(identity, jwt.encode(CLAIMS, curve, algorithm="ES256"))
    await refused(identity, jwt.encode(CLAIMS, "", algorithm="none"))
    for key in (b"", b"\0" * 32):
        await refused(identity, signed(key))


@pytest.mark.parametrize(
    "payload",
    [
        *({name: value for name, value in CLAIMS.items() if name != missing} for missing in CLAIMS),
        CLAIMS | {"iss": "crypto-bot"},
        CLAIMS | {"iss": f"{ISSUER}/"},
        CLAIMS | {"iss": ISSUER.upper()},
        CLAIMS | {"iss": [ISSUER]},
        CLAIMS | {"aud": "other"},
        CLAIMS | {"aud": [AUDIENCE]},
        CLAIMS | {"aud": [AUDIENCE, "other"]},
        CLAIMS | {"sub": ""},
        CLAIMS | {"sub": 1},
        CLAIMS | {"sub": "local:admin"},
        CLAIMS | {"sub": "local:trader\0"},
        CLAIMS | {"role": "admin"},
        CLAIMS | {"role": "root"},
        CLAIMS | {"role": ["trader"]},
        CLAIMS | {"role": None},
        CLAIMS | {"exp": NOW - 3600, "iat": NOW - 7200},
        CLAIMS | {"exp": NOW + 12 * 3600 + 1},
        CLAIMS | {"exp": NOW},
        CLAIMS | {"exp": NOW - 1},
        *(CLAIMS | {"exp": value} for value in (str(NOW + 60), None, [], True, NOW + 60.0, 10**400)),
        *(CLAIMS | {"iat": value} for value in (str(NOW), None, [], True, NOW + 0.5, 10**400, -(10**400))),
        CLAIMS | {"iat": NOW + 60},
        CLAIMS | {"nbf": NOW},
        CLAIMS | {"extra": 1},
        written(CLAIMS).replace(b'"exp":%d' % (NOW + 3600), b'"exp":NaN'),
        written(CLAIMS).replace(b'"exp":%d' % (NOW + 3600), b'"exp":Infinity'),
        written(CLAIMS).replace(b"{", b'{"role":"admin",'),
        written(CLAIMS).replace(b":", b": "),
        b"[]",
        b"null",
        b"x",
        b"\xff",
        b'{"a":' + b"[" * 3000,
    ],
)
async def test_claims_that_are_not_ours_are_refused_even_with_a_right_signature(identity, key, payload):
    await refused(identity, signed(key, payload))


async def test_an_unconfigured_identity_says_what_to_configure():
    with pytest.raises(Unavailable, match="CLERK_ISSUER and CLERK_SECRET_KEY"):
        await UnconfiguredIdentity().verify("anything")

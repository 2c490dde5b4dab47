"""SM2 signature verification over SM3, nothing else.

Sources: GB/T 32918.1, .2 and .5 (curve, verification, recommended parameters), GM/T 0009
(user identifier ``1234567812345678``), GB/T 32905 (SM3, from the cryptography package).
"""

from __future__ import annotations

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
USER_ID = b"1234567812345678"

Point = tuple[int, int]
_Jacobian = tuple[int, int, int]


def sm3(data: bytes) -> bytes:
    """The SM3 digest of `data`."""
    from cryptography.hazmat.primitives import hashes

    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


def on_curve(point: Point) -> bool:
    """Whether the coordinates are a point of the curve."""
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def lift(x: int, odd: bool | None = None) -> tuple[Point, ...]:
    """The points with this x coordinate; one of them when the parity of y is given."""
    if not 0 <= x < P:
        return ()
    y = pow((x * x * x + A * x + B) % P, (P + 1) // 4, P)
    if not on_curve((x, y)):
        return ()
    both = ((x, y), (x, P - y))
    return both if odd is None else tuple(p for p in both if p[1] & 1 == int(odd))


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if y == 0 or z == 0:
        return 0, 1, 0
    square = y * y % P
    s = 4 * x * square % P
    m = 3 * (x - z * z) * (x + z * z) % P
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * square * square) % P, 2 * y * z % P


def _add(left: _Jacobian, right: _Jacobian) -> _Jacobian:
    if left[2] == 0:
        return right
    if right[2] == 0:
        return left
    x1, y1, z1 = left
    x2, y2, z2 = right
    u1, u2 = x1 * z2 * z2 % P, x2 * z1 * z1 % P
    s1, s2 = y1 * z2**3 % P, y2 * z1**3 % P
    if u1 == u2:
        return _double(left) if s1 == s2 else (0, 1, 0)
    h, r = u2 - u1, s2 - s1
    h2 = h * h % P
    h3, v = h * h2 % P, u1 * h2 % P
    x3 = (r * r - h3 - 2 * v) % P
    return x3, (r * (v - x3) - s1 * h3) % P, h * z1 * z2 % P


def combine(first: int, base: Point, second: int, other: Point) -> Point | None:
    """``first * base + second * other``, or None for the point at infinity."""
    one, two = (*base, 1), (*other, 1)
    both = _add(one, two)
    total: _Jacobian = (0, 1, 0)
    for bit in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        total = _double(total)
        pair = (first >> bit & 1, second >> bit & 1)
        if pair == (1, 1):
            total = _add(total, both)
        elif pair == (1, 0):
            total = _add(total, one)
        elif pair == (0, 1):
            total = _add(total, two)
    if total[2] == 0:
        return None
    inverse = pow(total[2], -1, P)
    return total[0] * inverse**2 % P, total[1] * inverse**3 % P


def message_number(key: Point, message: bytes, user_id: bytes = USER_ID) -> int:
    """The number that is signed: SM3 over the user's Z value and the message."""
    numbers = (A, B, *G, *key)
    z = sm3(
        (len(user_id) * 8).to_bytes(2, "big")
        + user_id
        + b"".join(number.to_bytes(32, "big") for number in numbers)
    )
    return int.from_bytes(sm3(z + message), "big")


def verify(key: Point, message: bytes, signature: tuple[int, int]) -> bool:
    """Whether `signature` (r, s) over `message` was made with the private key of `key`."""
    r, s = signature
    if not (1 <= r < N and 1 <= s < N) or not on_curve(key):
        return False
    t = (r + s) % N
    if t == 0:
        return False
    point = combine(s, G, t, key)
    return point is not None and (message_number(key, message) + point[0]) % N == r

"""Draws one value of a kind, or of something that only looks like one, from a seeded source."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable
from random import Random

import pools

# ---- check digits, written for this set only ----------------------------------------------


def id_check(body: str) -> str:
    """The 18th character of a resident ID (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(body))
    return "10X98765432"[total % 11]


def luhn_check(body: str) -> str:
    """The last digit of a card number (ISO/IEC 7812-1 annex B)."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def uscc_check(body: str) -> str:
    """The 18th character of a unified social credit code (GB 32100)."""
    total = sum(_USCC.index(sign) * (3**place % 31) for place, sign in enumerate(body))
    return _USCC[-total % 31]


def iban_check(country: str, account: str) -> str:
    """The two check digits of an IBAN (ISO 13616, MOD 97-10)."""
    number = "".join(str(int(sign, 36)) for sign in account + country + "00")
    return f"{98 - int(number) % 97:02d}"


# ---- small draws --------------------------------------------------------------------------


def digits(rng: Random, count: int) -> str:
    return "".join(rng.choice(string.digits) for _ in range(count))


def fill(rng: Random, pattern: str) -> str:
    """`#` becomes a digit from 1 to 9, `@` a capital letter that post codes use."""
    made = ""
    for sign in pattern:
        pool = {"#": "123456789", "@": "ABDEFGHJLNPQRSTUWXYZ"}.get(sign)
        made += rng.choice(pool) if pool else sign
    return made


def grouped(value: str, sizes: tuple[int, ...], gap: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return gap.join(part for part in (*parts, value[at:]) if part)


def wide(value: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in value)


def one_wrong(rng: Random, value: str, last: int = 12) -> str:
    """`value` with one digit among its last ones changed, so that its check digit fails."""
    places = [at for at, sign in enumerate(value) if sign.isdigit()][-last:-1]
    at = rng.choice(places)
    return value[:at] + str((int(value[at]) + rng.choice((1, 3, 7))) % 10) + value[at + 1 :]


# ---- persons ------------------------------------------------------------------------------


def name_plain(rng: Random) -> str:
    """A common surname with a given name that people bear, or that could be one."""
    surname, roll = rng.choice(pools.COMMON), rng.random()
    if roll < 0.6:
        return surname + rng.choice(pools.GIVEN_TWO)
    given = rng.choice((pools.GIVEN_MALE, pools.GIVEN_FEMALE))
    if roll < 0.8:
        return surname + rng.choice(given + pools.GIVEN_ODD)
    return surname + rng.choice(pools.GIVEN_BOTH + given) + rng.choice(given)


def _given(rng: Random) -> str:
    if rng.random() < 0.6:
        return rng.choice(pools.GIVEN_TWO)
    return rng.choice(pools.GIVEN_MALE + pools.GIVEN_FEMALE + pools.GIVEN_ODD)


def name_rare(rng: Random) -> str:
    return rng.choice(pools.RARE) + _given(rng)


def name_compound(rng: Random) -> str:
    return rng.choice(pools.COMPOUND) + _given(rng)


def name_zh(rng: Random) -> str:
    roll = rng.random()
    if roll < 0.74:
        return name_plain(rng)
    if roll < 0.85:
        return name_rare(rng)
    if roll < 0.92:
        return name_compound(rng)
    return rng.choice(pools.UYGHUR if roll < 0.965 else pools.OTHER_PEOPLES)


def _latin(rng: Random) -> tuple[str, str]:
    home = rng.choice(list(pools.LATIN))
    firsts, lasts = pools.LATIN[home]
    for spaced in ("van der Meer", "de Vries", "ten Brink", "von Hagen", "Al Hashimi"):
        lasts = lasts.replace(spaced, spaced.replace(" ", "_"))
    return rng.choice(firsts.split()), rng.choice(lasts.split()).replace("_", " ")


def name_en(rng: Random) -> str:
    first, last = _latin(rng)
    roll = rng.random()
    if roll < 0.12:
        return f"{first} {rng.choice('ABCDEFGHJKLMRSTW')}. {last}"
    if roll < 0.18:
        return f"{first} {_latin(rng)[0]} {last}"
    return f"{first} {last}"


def name_last_first(rng: Random) -> str:
    first, last = _latin(rng)
    return f"{last}, {first}"


def name_capitals(rng: Random) -> str:
    return name_en(rng).upper()


def name_pinyin(rng: Random) -> str:
    surname = rng.choice(pools.PINYIN_SURNAMES)
    one, two = rng.sample(pools.SYLLABLES, 2)
    given = one + rng.choice((two.lower(), two.lower(), "", "-" + two.lower()))
    roll = rng.random()
    if roll < 0.4:
        return f"{surname} {given}"
    return f"{given} {surname}" if roll < 0.75 else f"{surname.upper()} {given}"


def address_zh(rng: Random) -> str:
    if rng.random() < 0.15:
        county, town, village = rng.choice(pools.VILLAGES)
        return f"{county}{town}{village}{rng.randint(1, 12)}组{rng.randint(1, 130)}号"
    city, district, *_ = rng.choice(pools.CITIES)
    road, number = rng.choice(pools.ROADS), rng.randint(1, 999)
    estate, room = rng.choice(pools.ESTATES), f"{rng.randint(1, 28)}0{rng.randint(1, 6)}"
    block, entry = rng.randint(1, 32), rng.randint(1, 4)
    return city + district + rng.choice((
        f"{road}{number}号{estate}{block}号楼{entry}单元{room}室",
        f"{road}{number}号{estate}{block}栋{room}",
        f"{road}{number}弄{block}号{room}室",
        f"{road}{number}号院{block}号楼{entry}单元{room}",
        f"{estate}{block}幢{entry}单元{room}室",
        f"{road}{number}号",
    ))  # fmt: skip


def address_short(rng: Random) -> str:
    """As neighbours and couriers write it: no city."""
    return (
        f"{rng.choice(pools.ESTATES)}{rng.randint(1, 32)}号楼{rng.randint(1, 4)}单元"
        f"{rng.randint(1, 28)}0{rng.randint(1, 6)}{rng.choice(('', '室'))}"
    )


def address_us(rng: Random) -> str:
    unit = rng.choice(("", "", ", Apt 4B", ", Unit 12", " #305"))
    street = f"{rng.randint(11, 9890)} {rng.choice(pools.US_STREETS)}{unit}"
    return f"{street}, {fill(rng, rng.choice(pools.US_CITIES))}"


def address_uk(rng: Random) -> str:
    flat = rng.choice(("", "", "Flat 3, ", "Flat 2B, "))
    return f"{flat}{rng.randint(1, 180)} {rng.choice(pools.UK_STREETS)}, " + fill(
        rng, rng.choice(pools.UK_CITIES)
    )


def address_en(rng: Random) -> str:
    return rng.choice((address_us, address_us, address_uk, address_uk, address_other))(rng)


def address_other(rng: Random) -> str:
    return fill(rng, rng.choice(pools.OTHER_ADDRESSES))


def email(rng: Random) -> str:
    first, last = (
        unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode().lower()
        for part in _latin(rng)
    )
    surname, one = rng.choice(pools.PINYIN_SURNAMES[:-1]).lower(), rng.choice(pools.SYLLABLES)
    local = rng.choice((
        f"{first[:1]}.{last}", f"{first}.{last}", f"{surname}{one.lower()}{digits(rng, 3)}",
        f"{surname}_{one.lower()}", "1" + digits(rng, 8), f"{first}{digits(rng, 2)}",
    ))  # fmt: skip
    local = "".join(sign for sign in local if sign.isalnum() or sign in "._-")
    return f"{local}@{rng.choice(pools.MAIL_HOSTS)}"


Draw = Callable[[Random], str]

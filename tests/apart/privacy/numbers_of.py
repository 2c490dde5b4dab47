"""Numbers of every kind, their near misses, and the harmless numbers that surround them."""

# ruff: noqa: SIM905 - lists of numbers are read and checked more easily as words

from __future__ import annotations

import uuid
from random import Random

import pools
from draw import digits, grouped, iban_check, id_check, luhn_check, one_wrong, uscc_check, wide


def birth(rng: Random) -> str:
    return f"{rng.randint(1948, 2012)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"


def resident_id(rng: Random) -> str:
    body = rng.choice(pools.CITIES)[2] + birth(rng) + digits(rng, 3)
    return body + id_check(body)


def resident_id_x(rng: Random) -> str:
    """One that ends in X; printed either way."""
    while (value := resident_id(rng))[-1] != "X":
        pass
    return value if rng.random() < 0.6 else value.lower()


def resident_id_spaced(rng: Random) -> str:
    return grouped(resident_id(rng), rng.choice(((6, 8), (6, 4, 4), (3, 3, 4, 4))), " ")


def resident_id_wide(rng: Random) -> str:
    return wide(resident_id(rng))


def resident_id_old(rng: Random) -> str:
    """The 15-digit number issued until 1999, for older persons; it has no check digit."""
    return rng.choice(pools.CITIES)[2] + f"{rng.randint(35, 78)}" + birth(rng)[4:] + digits(rng, 3)


def resident_id_wrong(rng: Random) -> str:
    return one_wrong(rng, resident_id(rng), 4)


def mobile(rng: Random) -> str:
    return "1" + rng.choice("35789") + rng.choice("01235678") + digits(rng, 8)


def mobile_dashed(rng: Random) -> str:
    return grouped(mobile(rng), (3, 4), "-")


def mobile_spaced(rng: Random) -> str:
    return grouped(mobile(rng), (3, 4), " ")


def mobile_plus(rng: Random) -> str:
    value = mobile(rng)
    return rng.choice(("+86 " + value, "+86-" + value, "+86 " + grouped(value, (3, 4), " ")))


def mobile_wide(rng: Random) -> str:
    return wide(mobile(rng))


def mobile_ocr(rng: Random) -> str:
    return grouped(mobile(rng), rng.choice(((3, 4), (3, 3, 2), (4, 4))), " ")


def landline(rng: Random) -> str:
    area = rng.choice(pools.CITIES)[3]
    number = rng.choice("2345678") + digits(rng, 7)
    return rng.choice((
        f"{area}-{number}", f"{area}-{number}", f"({area}){number}", f"{area} {number}",
        f"（{area}）{number[:4]}-{number[4:]}",
    ))  # fmt: skip


_BINS = "622848 621700 622202 621661 622588 625912 621483 622908 621226 623052".split()


def bank_card(rng: Random) -> str:
    body = rng.choice(_BINS) + digits(rng, rng.choice((12, 12, 9)))
    return body + luhn_check(body)


def bank_card_spaced(rng: Random) -> str:
    return grouped(bank_card(rng), (4, 4, 4, 4), " ")


def bank_card_wrong(rng: Random) -> str:
    return one_wrong(rng, bank_card(rng))


def card_international(rng: Random) -> str:
    start = rng.choice("4539 4024 4916 5425 5105 2221 5555".split())
    if rng.random() < 0.15:
        body = "37" + digits(rng, 12)
        return grouped(body + luhn_check(body), (4, 6), " ")
    body = start + digits(rng, 11)
    whole = body + luhn_check(body)
    return rng.choice((whole, grouped(whole, (4, 4, 4), " "), grouped(whole, (4, 4, 4), "-")))


def card_international_wrong(rng: Random) -> str:
    return one_wrong(rng, card_international(rng), 8)


def passport(rng: Random) -> str:
    """A Chinese passport: E and 8 digits, or E, a letter and 7 digits."""
    return rng.choice(("E" + digits(rng, 8), "E" + rng.choice("ABCDEFGHJK") + digits(rng, 7)))


def passport_abroad(rng: Random) -> str:
    return rng.choice("23456") + digits(rng, 8)


def vehicle_plate(rng: Random) -> str:
    head = rng.choice(pools.CITIES)[4] + rng.choice("ABCDEFGH")
    tail = rng.choice((digits(rng, 5), digits(rng, 4) + rng.choice("KMPRT"), "8Q" + digits(rng, 3)))
    return head + rng.choice(("", "", "·", " ")) + tail


def vehicle_plate_green(rng: Random) -> str:
    return rng.choice(pools.CITIES)[4] + rng.choice("ABC") + rng.choice("DF") + digits(rng, 5)


def uscc(rng: Random) -> str:
    """A whole code: the organisation code inside (GB 11714) has its own check digit."""
    head = rng.choice(("91", "91", "92", "12", "52")) + rng.choice(pools.CITIES)[2]
    inner = "MA" + digits(rng, 6) if rng.random() < 0.3 else digits(rng, 8)
    total = sum(int(s, 36) * w for s, w in zip(inner, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    body = head + inner + "0123456789X0"[-total % 11]
    return body + uscc_check(body)


def uscc_wrong(rng: Random) -> str:
    return one_wrong(rng, uscc(rng), 6)


def iban(rng: Random) -> str:
    country, account = rng.choice((
        ("DE", digits(rng, 18)), ("GB", rng.choice(("NWBK", "BARC", "LOYD")) + digits(rng, 14)),
        ("FR", digits(rng, 23)), ("NL", "INGB" + digits(rng, 10)), ("ES", digits(rng, 20)),
        ("IE", "AIBK" + digits(rng, 14)), ("CH", digits(rng, 17)),
    ))  # fmt: skip
    whole = country + iban_check(country, account) + account
    return whole if rng.random() < 0.4 else grouped(whole, (4,) * 8, " ")


def iban_wrong(rng: Random) -> str:
    return one_wrong(rng, iban(rng), 8)


def phone_us(rng: Random) -> str:
    area, line = rng.choice("513 520 208 912 218 541 225 518".split()), "01" + digits(rng, 2)
    return rng.choice((
        f"+1 {area}-555-{line}", f"({area}) 555-{line}", f"{area}-555-{line}",
        f"+1 ({area}) 555 {line}",
    ))  # fmt: skip


def phone_uk(rng: Random) -> str:
    return rng.choice((
        "+44 7700 900" + digits(rng, 3), "07700 900" + digits(rng, 3),
        "020 7946 0" + digits(rng, 3),
        "+44 113 496 0" + digits(rng, 3), "0161 496 0" + digits(rng, 3),
    ))  # fmt: skip


def phone_abroad(rng: Random) -> str:
    return rng.choice((
        "+852 6" + digits(rng, 3) + " " + digits(rng, 4),
        "+65 9" + digits(rng, 3) + " " + digits(rng, 4),
        "+49 30 " + "23125 " + digits(rng, 3), "+61 491 570 " + digits(rng, 3),
        "+91 98" + digits(rng, 3) + " " + digits(rng, 5),
        "+33 6 12 " + grouped(digits(rng, 6), (2, 2), " "),
        "+81 90-" + digits(rng, 4) + "-" + digits(rng, 4),
    ))  # fmt: skip


def phone_international(rng: Random) -> str:
    return rng.choice((phone_us, phone_us, phone_uk, phone_uk, phone_abroad))(rng)


# ---- harmless ------------------------------------------------------------------------------


def date(rng: Random) -> str:
    return f"20{rng.randint(10, 26)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"


def date_zh(rng: Random) -> str:
    return f"20{rng.randint(10, 26)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"


def time(rng: Random) -> str:
    return f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"


def amount(rng: Random) -> str:
    return f"{rng.randint(1, 99999):,}.{rng.randint(0, 99):02d}"


def order(rng: Random) -> str:
    return date(rng).replace("-", "") + digits(rng, rng.choice((6, 8, 10, 11)))


def tracking(rng: Random) -> str:
    return rng.choice(("SF", "YT", "JD", "ZTO", "")) + digits(rng, 13)


def hash_of(rng: Random) -> str:
    return f"{rng.getrandbits(256):064x}"


def md5(rng: Random) -> str:
    return f"{rng.getrandbits(128):032x}"


def uuid_of(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def ip(rng: Random) -> str:
    return ".".join(str(rng.randint(1, 254)) for _ in range(4))


def isbn(rng: Random) -> str:
    body = "9787" + digits(rng, 8)
    check = -sum(int(d) * (1, 3)[at % 2] for at, d in enumerate(body)) % 10
    return f"{body[:3]}-{body[3]}-{body[4:7]}-{body[7:]}-{check}"


def version(rng: Random) -> str:
    return f"{rng.randint(0, 20)}.{rng.randint(0, 40)}.{rng.randint(0, 9999)}"


def epoch(rng: Random) -> str:
    return str(rng.randint(1_500_000_000, 1_790_000_000))


def epoch_ms(rng: Random) -> str:
    return str(rng.randint(1_500_000_000_000, 1_790_000_000_000))


def gps(rng: Random) -> str:
    return f"{rng.uniform(20, 45):.6f},{rng.uniform(80, 125):.6f}"


def long_number(rng: Random) -> str:
    return rng.choice("123456789") + digits(rng, rng.choice((10, 14, 15, 16, 17, 18)))

"""Look-alike addresses, invented: what is done to a brand's name so that it passes for it.

Phishing feeds hold few pages aimed at Chinese users, and none of many brands of our list. Every
address here is made up; whether one exists is chance.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from link_ordinary import PINYIN, Draw, invented, words

from mingjian.detect.link.lists import lists, read_list

WORDS = words("lure_words")
ZH_WORDS = words("lure_zh_words")
CHEAP = words("lure_cheap")
SWAPS = {
    "a": "aeq4á", "e": "e3éa", "i": "1lí", "l": "1i", "o": "0oó", "s": "5z", "m": ("rn", "nn", "n"),
    "n": "mh", "w": ("vv",), "u": "vúo", "t": "7f", "c": "ck", "g": "qg9", "b": "d6", "k": "kc",
}  # fmt: skip
CYRILLIC = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "y": "у", "x": "х", "i": "і"}


def bent(draw: Draw, word: str) -> str:
    """A word with one or two letters dropped, doubled, swapped or changed for a look-alike."""
    for _ in range(1 if len(word) < 8 or draw.random() < 0.7 else 2):
        at = draw.randrange(len(word))
        letter = word[at]
        how = draw.randrange(6)
        if how == 0 and len(word) > 4:
            word = word[:at] + word[at + 1 :]
        elif how == 1:
            word = word[:at] + letter + word[at:]
        elif how == 2 and at + 1 < len(word):
            word = word[:at] + word[at + 1] + letter + word[at + 2 :]
        elif how == 3:
            places = [i for i, c in enumerate(word) if c in CYRILLIC]
            for i in places if draw.random() < 0.5 else places[:1]:
                word = word[:i] + CYRILLIC[word[i]] + word[i + 1 :]
        elif letter in SWAPS:
            word = word[:at] + draw.choice(SWAPS[letter]) + word[at + 1 :]
    return word


def _host(draw: Draw) -> str:
    _, _, marks, domains = draw.choice(read_list("brands")["brands"])
    chinese = any(domain.endswith(".cn") for domain in domains.split())
    names = [mark.lstrip("*") for mark in marks.split()]
    brand = draw.choice(names)
    domain = draw.choice([d for d in domains.split() if d.count(".") <= 2])
    words = ZH_WORDS if chinese and draw.random() < 0.6 else WORDS
    word, other = draw.choice(words), draw.choice(words)
    end, noise = draw.choice(CHEAP), draw.token(3, 8, "abcdefghijklmnopqrstuvwxyz0123456789")
    joiner = draw.choice(("", "-", "-"))
    hosting = read_list("hosts")[draw.choice(("app", "builder", "webhost", "dynamic"))].split()
    form = draw.randrange(17)
    if form < 3:
        return f"{bent(draw, brand)}.{end}" if len(brand) > 4 else f"{brand}{joiner}{word}.{end}"
    return (
        f"{brand}{joiner}{word}.{end}",
        f"{word}{joiner}{brand}.{end}",
        f"{brand}{joiner}{word}{joiner}{other}.{end}",
        f"{domain}.{noise}.{end}",
        f"{domain}-{word}.{end}",
        f"{word}.{domain}.{invented(draw)}",
        f"{brand}.{word}-{other}.{end}",
        f"{brand}-{noise}.{draw.choice(hosting)}",
        f"{bent(draw, brand)}{joiner}{word}.{draw.choice(hosting)}",
        f"{brand}{noise[:3]}.{end}",
        f"{bent(draw, brand)}{joiner}{word}.{end}",
        f"{brand}.{noise}.{end}",
        f"{draw.choice(('wap', 'm', 'h5', 'www'))}.{brand}{draw.choice(PINYIN)}.{end}",
        f"{word}-{other}-{draw.number(2, 6)}.{end}",
    )[form - 3]


def _path(draw: Draw) -> str:
    word = draw.choice(WORDS)
    return draw.choice((
        "", "", "", "", "/", f"/{word}", f"/{word}.php", f"/{word}/", f"/{word}/index.html",
        f"/{draw.token(5, 10)}", "/index.php", f"/{word}/{draw.token(16, 32)}", "/h5/", "/app/",
        f"/us/{word}", f"/i/{draw.token(4, 8)}", f"/?id={draw.token(6, 12)}", f"/{word}/login.php",
        "/download", "/pages/login", "/#/", f"/{draw.token(24, 48)}/{word}.php?cmd={word}",
    ))  # fmt: skip


def lures(seed: int, count: int) -> list[str]:
    """`count` invented look-alike addresses, with and without scheme."""
    draw = Draw(seed)
    official = lists().official
    made: list[str] = []
    while len(made) < count:
        host = _host(draw)
        if host in official:
            continue
        if draw.random() < 0.03:
            trusted = draw.choice(sorted(official))
            host = f"{trusted}@{host}"
        scheme = draw.choice(("https://", "https://", "http://", ""))
        made.append(scheme + host + _path(draw))
    return made


if __name__ == "__main__":
    for line in lures(7, 60):
        print(line)

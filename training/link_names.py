"""The table behind `mingjian.detect.link.wordlike`: words, pinyin syllables, triples of letters.

    python training/link_names.py

Words are the English ones of the word vectors (`learned/meaning`), the most frequent ones of
other languages written in Latin letters (wordfreq), accents off, and the brand words of
`link/data`; syllables are those of standard Chinese. Which letter follows which two is counted
over all of them, and over the initials of Chinese words and places (gxzyy for 广西中医院), so
that a Spanish, Turkish or Chinese name is no oddity.

Needs beside requirements/train.in: wordfreq, pypinyin.
"""

from __future__ import annotations

import random
from pathlib import Path
from unicodedata import normalize

import numpy as np
from pypinyin import Style, lazy_pinyin
from wordfreq import top_n_list

from mingjian.detect.learned import store
from mingjian.detect.learned.meaning import meaning
from mingjian.detect.link.lists import lists
from mingjian.detect.link.wordlike import ALPHABET, NAME

HERE = Path(__file__).parent.parent / "src/mingjian/detect/link"
SHORT = 600
"""So many of the most frequent words count although they have but three letters."""
LANGUAGES = "es pt fr de it nl pl tr id ms ro cs sk sl hu sv nb da fi ca vi fil sh lv lt is"
OTHERS = 2000
"""Words of each other language, of five letters or more."""
PINYIN, INITIALS, OTHER = 0.35, 0.35, 0.08
"""What all pairs of syllables, what initials of Chinese words and what each other language weighs,
English weighing 1."""
PLACES = """
bj sh tj cq gd gz sz js nj zj hz sd jn qd hb wh hn cs sc cd fj fz xm gx nn jx nc ah hf sx xa ln
"""
NAMED = 30_000
"""Names made of initials."""
LETTERS = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "ß": "ss", "æ": "ae"})
STEP = 0.05
"""Natural logarithms in one unit of the table."""
_SYLLABLES = """
a ai an ang ao e ei en er o ou
ba bo bai bei bao ban ben bang beng bi bie biao bian bin bing bu
pa po pai pei pao pou pan pen pang peng pi pie piao pian pin ping pu
ma mo me mai mei mao mou man men mang meng mi mie miao miu mian min ming mu
fa fo fei fou fan fen fang feng fu
da de dai dei dao dou dan dang deng dong di die diao diu dian ding du duo dui duan dun
ta te tai tao tou tan tang teng tong ti tie tiao tian ting tu tuo tui tuan tun
na ne nai nei nao nou nan nen nang neng nong ni nie niao niu nian nin niang ning nu nuo nuan nv nve
la le lai lei lao lou lan lang leng long li lia lie liao liu lian lin liang ling lu luo luan lun lv
ga ge gai gei gao gou gan gen gang geng gong gu gua guo guai gui guan gun guang
ka ke kai kao kou kan ken kang keng kong ku kua kuo kuai kui kuan kun kuang
ha he hai hei hao hou han hen hang heng hong hu hua huo huai hui huan hun huang
ji jia jie jiao jiu jian jin jiang jing jiong ju jue juan jun
qi qia qie qiao qiu qian qin qiang qing qiong qu que quan qun
xi xia xie xiao xiu xian xin xiang xing xiong xu xue xuan xun
zha zhe zhi zhai zhao zhou zhan zhen zhang zheng zhong zhu zhua zhuo zhuai zhui zhuan zhun zhuang
cha che chi chai chao chou chan chen chang cheng chong chu chuo chuai chui chuan chun chuang
sha she shi shai shei shao shou shan shen shang sheng shu shua shuo shuai shui shuan shun shuang
re ri rao rou ran ren rang reng rong ru ruo rui ruan run
za ze zi zai zei zao zou zan zen zang zeng zong zu zuo zui zuan zun
ca ce ci cai cao cou can cen cang ceng cong cu cuo cui cuan cun
sa se si sai sao sou san sen sang seng song su suo sui suan sun
ya yao you yan yang yin ying yi ye yong yu yue yuan yun
wa wo wai wei wan wen wang weng wu
"""
SYLLABLES = _SYLLABLES.split()


def of_language(language: str) -> list[str]:
    """The frequent words of a language as host names write them."""
    found: dict[str, None] = {}
    for word in top_n_list(language, 4 * OTHERS):
        bare = normalize("NFKD", word.translate(LETTERS))
        plain = "".join(sign for sign in bare if not "\u0300" <= sign <= "\u036f")
        if plain.isascii() and plain.isalpha() and len(plain) >= 5:
            found[plain] = None
    return list(found)[:OTHERS]


def initials() -> list[str]:
    """Names such as Chinese offices, hospitals, schools and firms have, by their initials."""
    draw = random.Random(17)
    words = [
        "".join(sound[0] for sound in lazy_pinyin(word, style=Style.NORMAL))
        for word in meaning().vocabulary
        if 2 <= len(word) <= 4 and word[0] >= "\u4e00"
    ][:8000]
    places = PLACES.split()
    return [
        draw.choice((draw.choice(places), "", draw.choice(words)))
        + draw.choice(words)
        + draw.choice(("", "", draw.choice(words)))
        for _ in range(NAMED)
    ]


def counted(runs: list[str]) -> np.ndarray:
    """How often each letter follows each two."""
    found = np.zeros((27, 27, 27))
    for run in runs:
        places = [ALPHABET.index(letter) for letter in f" {run} "]
        for one, two, three in zip(places, places[1:], places[2:], strict=False):
            found[one, two, three] += 1
    return found


def smoothed(counts: np.ndarray) -> np.ndarray:
    """How often the third follows the two, each place drawing on the second letter alone."""
    pairs = counts.sum(0)
    single = pairs.sum(0) + 1
    single /= single.sum()
    after = (pairs + 3 * single) / (pairs.sum(1, keepdims=True) + 3)
    return (counts + 2 * after[None]) / (counts.sum(2, keepdims=True) + 2)


def main() -> None:
    """Write the table."""
    english = [w for w in meaning().vocabulary if w.isascii() and w.isalpha() and w.islower()]
    brands = {w for w in lists().names if w.isascii() and w.isalpha() and len(w) >= 4}
    words = {w for w in english if len(w) >= 4} | {w for w in english[:SHORT] if len(w) == 3}
    others = {language: of_language(language) for language in LANGUAGES.split()}
    told = sorted(words | brands | {w for some in others.values() for w in some})
    counts = counted([w for w in english if len(w) >= 3])
    total = counts.sum()
    pairs = [a + b for a in SYLLABLES for b in SYLLABLES]
    kinds = [(pairs, PINYIN), (initials(), INITIALS)]
    for runs, weight in (*kinds, *((some, OTHER) for some in others.values())):
        more = counted(runs)
        counts += more * (weight * total / more.sum())
    triples = np.rint(-np.log(smoothed(counts)) / STEP).clip(1, 255).astype(np.uint8)
    store.save(
        HERE,
        NAME,
        {
            "words": np.frombuffer(" ".join(told).encode(), dtype=np.uint8),
            "syllables": np.frombuffer(" ".join(SYLLABLES).encode(), dtype=np.uint8),
            "triples": triples[:, 1:],
            "step": np.array([STEP]),
        },
        script="training/link_names.py",
        rows=[
            {"name": "English words of multilingual-e5-small", "licence": "MIT", "n": len(english)},
            {
                "name": "other languages of wordfreq",
                "licence": "CC BY-SA 4.0",
                "n": OTHERS * len(others),
            },
            {"name": "brand words of link/data", "licence": "Apache-2.0", "n": len(brands)},
            {"name": "initials of Chinese words", "licence": "CC BY-SA 4.0 (wordfreq)", "n": NAMED},
            {"name": "pinyin syllables", "licence": "Apache-2.0", "n": len(SYLLABLES)},
        ],
    )


if __name__ == "__main__":
    main()

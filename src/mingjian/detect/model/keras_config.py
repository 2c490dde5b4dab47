"""`model.keras`: code and foreign names in the configuration of a Keras model (h5 or .keras)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Final

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.model.allow_list import Standing, allow_list, rank
from mingjian.detect.model.explain import EFFECTS, redacted
from mingjian.detect.model.places import leads_out
from mingjian.detect.model.propositions import MALICIOUS
from mingjian.detect.model.severity import Trait, measurement
from mingjian.detect.model.zip_walk import members
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

MAX_CONFIG: Final = 64 << 20
MAX_NODES: Final = 500_000
_STARTS = re.compile(rb'\{\s*"(?:class_name|module|config|backend|name|keras_version)"\s*:')
_TELLTALE = re.compile(
    rb"\b(?:system|popen|subprocess|exec|eval|__import__|socket|urlopen|requests|os|shutil|open"
    rb"|builtins|compile|import_module|check_output|Popen)\b"
)
_OWN = re.compile(
    r"(?:keras|tf_keras|keras_nlp|keras_cv|keras_hub|keras_core|tensorflow\.(?:python\.)?keras)"
    r"(?:\.[\w.]*)?"
)
_FUNCTIONS = re.compile(
    r"\.(?:activations|losses|metrics|initializers|regularizers|constraints|ops|nn|random)(?:\.|$)"
)
"""Parts of Keras whose functions a configuration may name."""
_CLASS = re.compile(r"_*[A-Z]\w*")
_UNPACK = frozenset({"TorchModuleWrapper", "JaxLayer", "FlaxLayer"})
_READERS = {"TFSMLayer": "filepath"}
"""Layers that load a model of their own from the place named by this entry."""
_TABLES = ("vocabulary", "vocabulary_file", "idf_weights")
"""Entries that hold a list, or else the place of a file to read it from."""
_OPERATIONS = re.compile(
    r"(?:.*\.)?(?:io\.(?!decode_|parse_|encode_)\w+|data\.\w+.*|py_function|numpy_function|py_func"
    r"|load_op_library|load_library|saved_model\..*|summary\..*|read_file|write_file"
    r"|raw_ops\.(?:Read|Write|Eager|Py|Match|Save|Load)\w*|matching_files)"
)
"""Functions of TensorFlow, as TFOpLambda of Keras 2 names them, that reach further."""


class KerasConfig:
    """Reads the JSON that tells Keras what to build; builds nothing."""

    name: ClassVar[str] = "model.keras"
    version: ClassVar[str] = f"3.{allow_list().version}"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.MODEL})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (MALICIOUS,)

    def __init__(self, options: Mapping[str, str]) -> None:
        del options

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        view = evidence.content.view()
        traits: list[Trait] = []
        if evidence.format == "keras-zip":
            texts = list(_zip_configs(view, traits))
        elif evidence.format == "keras-h5":
            texts = list(_h5_configs(view))
        else:
            raise NotApplicable(Message("不是 Keras 模型。", "This is not a Keras model."))
        read = 0
        for text, offset, member in texts:
            try:
                config, _ = json.JSONDecoder().raw_decode(text)
            except (ValueError, RecursionError):
                continue
            read += 1
            traits += _traits(config, offset, member)
        if not read and evidence.format == "keras-zip":
            raise NotExaminable(
                Message("Keras 模型的配置未能读取。", "The Keras configuration is unreadable.")
            )
        yield measurement(
            "keras",
            traits,
            Message(
                "该 Keras 文件的配置只用到 Keras 自带的层与函数。"
                if read
                else "该文件只含权重，没有可执行的模型配置。",
                "The configuration uses layers and functions of Keras itself only."
                if read
                else "The file holds weights only and no model configuration.",
            ),
        )


def _zip_configs(view: memoryview, traits: list[Trait]) -> Iterator[tuple[str, int, str]]:
    from mingjian.detect.model.containers import inflate

    for member in members(view):
        if leads_out(member.name) and len(traits) < 64:
            shown = redacted(member.name)
            because = Message(
                f"压缩包成员“{shown}”会被解到模型文件夹之外。",
                f'The member "{shown}" would be unpacked outside the folder of the model.',
            )
            traits.append(Trait(8.0, because, shown, member.offset, member.name))
        if not member.name.endswith(".json"):
            continue
        packed = view[member.offset : member.offset + member.packed]
        plain = bytes(packed[:MAX_CONFIG]) if member.method == 0 else None
        if member.method == 8:
            plain = inflate(packed, -15, MAX_CONFIG)
        if plain:
            yield plain.decode("utf-8", "replace"), member.offset, member.name


def _h5_configs(view: memoryview) -> Iterator[tuple[str, int, str]]:
    """JSON in HDF5 attributes (`model_config`, `training_config`), stored in one piece."""
    end = count = 0
    for match in _STARTS.finditer(view):
        if match.start() < end or count >= 16:
            continue
        count += 1
        raw = bytes(view[match.start() : match.start() + MAX_CONFIG // 16])
        text = raw.partition(b"\0")[0].decode("utf-8", "replace")
        end = match.start() + len(text)
        yield text, match.start(), ""


def _traits(config: object, offset: int, member: str) -> Iterator[Trait]:
    """Walk all objects of a configuration, without recursion."""
    queue: list[object] = [config]
    seen = 0
    while queue and seen < MAX_NODES:
        node = queue.pop()
        seen += 1
        if isinstance(node, list):
            queue.extend(node)
        elif isinstance(node, dict):
            queue.extend(node.values())
            found = _object(node)
            if found is not None:
                severity, because, code = found
                yield Trait(severity, because, code, offset, member)


def _object(node: dict[str, object]) -> tuple[float, Message, str] | None:
    name = node.get("class_name")
    if not isinstance(name, str):
        return None
    config = node.get("config")
    if name in ("Lambda", "__lambda__"):
        return _lambda(config)
    module = node.get("module")
    registered = node.get("registered_name")
    if name in _UNPACK:
        return (
            8.0,
            Message(
                f"层 {name} 会在载入时还原一段序列化的外部模块。",
                f"The layer {name} unpacks a serialised foreign module when loaded.",
            ),
            name,
        )
    found = _place(name, config) if isinstance(config, dict) else None
    if found is not None:
        return found
    if isinstance(module, str) and module:
        target = config if name == "function" and isinstance(config, str) else name
        return _reference(module, target, name == "function", registered)
    if isinstance(registered, str) and ">" in registered:
        return _custom(registered)
    return None


def _place(name: str, config: dict[str, object]) -> tuple[float, Message, str] | None:
    """A layer that reads a file or an address when built, or an operation that would."""
    shown_name = redacted(name, 60)
    function = config.get("function")
    if name == "TFOpLambda" and isinstance(function, str) and _OPERATIONS.fullmatch(function):
        return _reaching(f"tensorflow.{function}")
    for key in (_READERS[name],) if name in _READERS else _TABLES:
        place = config.get(key)
        if not isinstance(place, str) or not place:
            continue
        shown = redacted(place)
        far = leads_out(place)
        return (
            8.0 if name in _READERS or far else 3.0,
            Message(
                f"层 {shown_name} 在载入时会读取文件“{shown}”；请查明该文件的内容与来历。",
                f'The layer {shown_name} reads the file "{shown}" when loaded; find out what that '
                "file is and where it comes from.",
            ),
            f"{shown_name}.{key} = {shown}",
        )
    return None


def _reaching(shown: str) -> tuple[float, Message, str]:
    return (
        8.0,
        Message(
            f"配置引用会读写文件或网络的函数 {shown}。",
            f"The configuration refers to {shown}, which reaches files or the network.",
        ),
        shown,
    )


def _custom(name: str) -> tuple[float, Message, str]:
    shown = redacted(name, 80)
    return (
        1.0,
        Message(f"用到自定义对象 {shown}。", f"Uses the custom object {shown}."),
        shown,
    )


def _lambda(config: object) -> tuple[float, Message, str] | None:
    """A Lambda layer: marshalled code runs when the model is built or used."""
    function = (
        config.get("function") if isinstance(config, dict) and "function" in config else config
    )
    code = ""
    if isinstance(function, dict):
        inner = function.get("config")
        code = (
            str(inner.get("code", "")) if isinstance(inner, dict) else str(function.get("code", ""))
        )
    elif isinstance(function, list) and function and isinstance(function[0], str):
        code = function[0]
    elif isinstance(config, dict) and isinstance(config.get("code"), str):
        code = str(config["code"])
    if not code:
        if not isinstance(function, str):
            return None
        shown = redacted(function, 60)
        return (
            6.0 if allow_list().acts(function.rpartition(".")[2]) else 3.0,
            Message(
                f"Lambda 层引用名为 {shown} 的函数，函数本身不在文件中。",
                f"A Lambda layer refers to a function {shown} that is not in the file.",
            ),
            f"Lambda: {shown}",
        )
    try:
        raw = base64.b64decode("".join(code.split()), validate=False)
    except (binascii.Error, ValueError):
        raw = b""
    words = sorted({match[0].decode() for match in _TELLTALE.finditer(raw)})
    listed = ", ".join(words)[:80]
    if words:
        return (
            10.0,
            Message(
                f"Lambda 层内嵌程序代码，其中出现 {listed}；载入或使用模型时会运行。",
                f"A Lambda layer embeds program code naming {listed}; it runs when the model is "
                "loaded or used.",
            ),
            f"Lambda: {len(raw)} bytes of code",
        )
    return (
        8.0,
        Message(
            "Lambda 层内嵌程序代码，载入或使用模型时会运行。",
            "A Lambda layer embeds program code that runs when the model is loaded or used.",
        ),
        f"Lambda: {len(raw)} bytes of code",
    )


def _reference(
    module: str, name: str, function: bool, registered: object
) -> tuple[float, Message, str] | None:
    """A class or function that Keras imports by module and name."""
    shown = redacted(f"{module}.{name}", 100)
    if _OWN.fullmatch(module):
        plain = name.rpartition(".")[2]
        if not function and _CLASS.fullmatch(plain):
            return None
        if plain.lower().strip("_") in allow_list().verbs or plain in ("get_file", "load_model"):
            return _reaching(shown)
        return None if _FUNCTIONS.search(module) else _needless(shown)
    if module.partition(".")[0] == "tensorflow":
        return _reaching(shown) if _OPERATIONS.fullmatch(name) else _needless(shown)
    ranking = rank(module, name)
    if ranking.standing is Standing.DANGEROUS:
        effect = EFFECTS[ranking.effect]
        return (
            9.0,
            Message(
                f"载入该模型会取得 {shown}（{effect.zh}）。",
                f"Loading the model reaches {shown} ({effect.en}).",
            ),
            shown,
        )
    if function and module == "builtins" and registered == "function":
        return _custom(name)
    if ranking.standing is Standing.UNLISTED:
        return _needless(shown)
    return None if ranking.standing is Standing.PLAIN else _custom(f"{module}.{name}")


def _needless(shown: str) -> tuple[float, Message, str]:
    return (
        6.0,
        Message(
            f"载入该模型会取得 {shown}，普通 Keras 模型不需要它。",
            f"Loading the model reaches {shown}, which ordinary Keras models do not need.",
        ),
        shown,
    )

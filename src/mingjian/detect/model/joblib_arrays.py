"""Arrays inside a joblib stream: raw bytes follow the wrapper object, outside any opcode."""

from __future__ import annotations

import re

from mingjian.detect.model.pickle_values import Call, Global, Pairs

_WRAPPER_MODULES = ("joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle")
_ITEM = re.compile(r"[<>|=]?([a-zA-Z])(\d{1,9})?")


def is_array_wrapper(call: Call) -> bool:
    """Is this joblib's stand-in for an array whose bytes follow in the stream?"""
    func = call.func
    return (
        type(func) is Global
        and func.name == "NumpyArrayWrapper"
        and func.module in _WRAPPER_MODULES
    )


def array_end(wrapper: Call, data: bytes, position: int) -> int | None:
    """Offset after the raw bytes of an array; None if a pickle of objects follows instead.

    joblib 0.10 and later: ``NumpyArrayWrapper.read``; from 1.2 on one byte gives the length of
    padding that aligns the array.
    """
    state: dict[object, object] = {}
    if type(wrapper.state) is Pairs:
        for key, value in zip(wrapper.state[::2], wrapper.state[1::2], strict=False):
            if type(key) is str:
                state[key] = value
    width, objects = _item_size(state.get("dtype"), 0)
    if objects:
        return None
    count = 1
    shape = state.get("shape")
    for extent in shape if type(shape) is tuple else ():
        count *= _extent(extent)
    if type(state.get("numpy_array_alignment_bytes")) is int and position < len(data):
        position += 1 + data[position]
    return min(position + count * width, len(data))


def _extent(value: object) -> int:
    """One axis length; numpy integers arrive as the call that would make them."""
    if type(value) is int:
        return min(max(value, 0), 1 << 62)
    if type(value) is Call and type(value.args) is tuple and len(value.args) == 2:
        raw = value.args[1]
        if isinstance(raw, bytes):
            return int.from_bytes(raw[:8], "little")
    return 0


def _item_size(dtype: object, depth: int) -> tuple[int, bool]:
    """(bytes of one element, holds objects) of a dtype as pickled: ``dtype('f8')`` + state."""
    if type(dtype) is not Call or type(dtype.args) is not tuple or depth > 4 or not dtype.args:
        return 0, False
    code = dtype.args[0]
    match = _ITEM.fullmatch(code) if type(code) is str else None
    if match is None:
        return 0, False
    letter, digits = match.groups()
    state = dtype.state
    if letter == "V" and type(state) is tuple and len(state) >= 6:
        fields, width = state[4], state[5]
        objects = type(fields) is Pairs and any(
            type(entry) is tuple and entry and _item_size(entry[0], depth + 1)[1]
            for entry in fields[1::2][:256]
        )
        return width if type(width) is int and width > 0 else int(digits or 0), objects
    if letter == "O":
        return 8, True
    return int(digits or 1) * (4 if letter == "U" else 1), False

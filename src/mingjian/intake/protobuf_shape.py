"""Whether bytes have the shape of an ONNX model or a TensorFlow SavedModel.

Both are Protocol Buffers messages without a magic number; their outermost fields tell them:
`onnx/onnx.proto3` (ModelProto), `tensorflow/core/protobuf/saved_model.proto` (SavedModel,
MetaGraphDef) and `tensorflow/core/framework/graph.proto` (GraphDef, NodeDef).
"""

from __future__ import annotations

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_MOST_FIELDS = 64

Field = tuple[int, int, int, int]
"""Number, wire type, value (varint) or start, and end."""

# Field number: wire type.
_MODEL = {1: _VARINT, 5: _VARINT} | dict.fromkeys((2, 3, 4, 6, 7, 8, 14, 20, 25, 26), _LENGTH)
_SAVED_MODEL = {1: _VARINT, 2: _LENGTH}
_META_GRAPH = dict.fromkeys(range(1, 8), _LENGTH)
_GRAPH = {1: _LENGTH, 2: _LENGTH, 3: _VARINT, 4: _LENGTH, 5: _LENGTH}
_NODE = dict.fromkeys(range(1, 8), _LENGTH)


def _varint(view: memoryview, position: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while position < end and shift < 70:
        byte = view[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
    return 0, -1


def fields(view: memoryview, start: int, end: int, allowed: dict[int, int]) -> list[Field] | None:
    """The first fields of a message; None where one is not `allowed` or does not fit.

    A last field that reaches beyond the bytes fits: truncated models are models.
    """
    found: list[Field] = []
    position = start
    while position < end and len(found) < _MOST_FIELDS:
        tag, position = _varint(view, position, end)
        number, wire = tag >> 3, tag & 7
        if position < 0 or allowed.get(number) != wire:
            return None
        if wire in (_VARINT, _LENGTH):
            value, position = _varint(view, position, end)
            if position < 0:
                return None
            if wire == _LENGTH:
                found.append((number, wire, position, min(position + value, end)))
                position += value
            else:
                found.append((number, wire, value, position))
        else:
            return None
    return found


def _is_node(view: memoryview, start: int, end: int) -> bool:
    node = fields(view, start, end, _NODE)
    if not node or not {1, 2} <= {field[0] for field in node}:
        return False
    for number, _, first, last in node[:4]:
        if number in (1, 2) and not bytes(view[first:last][:200]).isascii():
            return False
    return True


def _is_graph_def(view: memoryview, start: int, end: int) -> bool:
    graph = fields(view, start, end, _GRAPH)
    nodes = [field for field in graph or () if field[0] == 1]
    return bool(nodes) and _is_node(view, nodes[0][2], nodes[0][3])


def protobuf_model(view: memoryview) -> str | None:
    """`onnx`, `tf-savedmodel` or `tf-graphdef`, or None."""
    size = len(view)
    if size < 8:
        return None
    saved = fields(view, 0, size, _SAVED_MODEL)
    if saved and any(field[0] == 2 for field in saved):
        graph = next(field for field in saved if field[0] == 2)
        inner = fields(view, graph[2], graph[3], _META_GRAPH)
        if inner and {field[0] for field in inner} & {1, 2}:
            return "tf-savedmodel"
    model = fields(view, 0, size, _MODEL)
    if model:
        numbers = {field[0] for field in model}
        versions = [field[2] for field in model if field[0] == 1]
        if 7 in numbers and (8 in numbers or versions) and all(v < 1000 for v in versions):
            return "onnx"
    if view[0] == 0x0A and _is_graph_def(view, 0, size):
        return "tf-graphdef"
    return None

"""Ordinary Keras models and TensorFlow SavedModels, made by using the libraries.

    pip install tensorflow-cpu tf_keras

Each function is a source: one way of building and saving. Layers that carry code of their own
(`Lambda`) belong to no source: a file with code in it is not an ordinary one here.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Row = tuple[str, str, bytes]


def _saved(model: Any, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model{suffix}"
        if suffix == ".weights.h5":
            model.save_weights(path)
        else:
            model.save(str(path))
        return path.read_bytes()


def _stacks(keras: Any) -> Iterator[tuple[str, Any]]:
    """Sequential models, one for each of many layer types."""
    layers = keras.layers
    flat, image, series = (8,), (12, 12, 3), (10, 4)
    table: dict[str, tuple[tuple[int, ...], Callable[[], list[Any]]]] = {
        "dense": (flat, lambda: [layers.Dense(4, activation="relu"), layers.Dense(1)]),
        "dropout": (flat, lambda: [layers.Dense(4), layers.Dropout(0.2)]),
        "noise": (flat, lambda: [layers.GaussianNoise(0.1), layers.GaussianDropout(0.1)]),
        "norm": (flat, lambda: [layers.BatchNormalization(), layers.LayerNormalization()]),
        "activations": (flat, lambda: [layers.LeakyReLU(), layers.ELU(), layers.Softmax()]),
        "prelu": (flat, lambda: [layers.PReLU(), layers.Activation("gelu")]),
        "regular": (
            flat,
            lambda: [
                layers.Dense(
                    3,
                    kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2),
                    kernel_initializer=keras.initializers.HeNormal(1),
                    kernel_constraint=keras.constraints.MaxNorm(2),
                )
            ],
        ),
        "reshape": (flat, lambda: [layers.Reshape((4, 2)), layers.Permute((2, 1))]),
        "repeat": (flat, lambda: [layers.RepeatVector(3), layers.Flatten()]),
        "conv2d": (image, lambda: [layers.Conv2D(4, 3), layers.MaxPooling2D(2), layers.Flatten()]),
        "separable": (image, lambda: [layers.SeparableConv2D(4, 3), layers.AveragePooling2D(2)]),
        "depthwise": (image, lambda: [layers.DepthwiseConv2D(3), layers.GlobalMaxPooling2D()]),
        "transposed": (image, lambda: [layers.Conv2DTranspose(2, 3), layers.Cropping2D(1)]),
        "padding": (image, lambda: [layers.ZeroPadding2D(1), layers.UpSampling2D(2)]),
        "spatial": (image, lambda: [layers.SpatialDropout2D(0.1), layers.GlobalAveragePooling2D()]),
        "conv1d": (series, lambda: [layers.Conv1D(3, 3), layers.GlobalMaxPooling1D()]),
        "lstm": (series, lambda: [layers.LSTM(3, return_sequences=True), layers.GRU(2)]),
        "rnn": (series, lambda: [layers.SimpleRNN(3), layers.Dense(2, activation="softmax")]),
        "stacked_cells": (series, lambda: [layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)])]),
        "bidirectional": (series, lambda: [layers.Bidirectional(layers.LSTM(3))]),
        "distributed": (series, lambda: [layers.TimeDistributed(layers.Dense(2))]),
        "masking": (series, lambda: [layers.Masking(0.0), layers.LSTM(2)]),
        "embedding": ((6,), lambda: [layers.Embedding(20, 4), layers.GlobalAveragePooling1D()]),
        "augment": (image, lambda: [layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)]),
        "rescale": (image, lambda: [layers.Rescaling(1 / 255), layers.Resizing(6, 6)]),
        "convlstm": ((3, 6, 6, 1), lambda: [layers.ConvLSTM2D(2, 3)]),
        "conv3d": ((6, 6, 6, 1), lambda: [layers.Conv3D(2, 2), layers.MaxPooling3D(2)]),
    }
    for name, (shape, build) in table.items():
        yield name, keras.Sequential([layers.Input(shape), *build()])


def _graphs(keras: Any) -> Iterator[tuple[str, Any]]:
    """Functional models, compiled in different ways."""
    layers = keras.layers

    def made(name: str, inputs: Any, outputs: Any, **how: Any) -> tuple[str, Any]:
        model = keras.Model(inputs, outputs, name=name)
        if how:
            model.compile(**how)
        return name, model

    a, b = layers.Input((6,), name="a"), layers.Input((6,), name="b")
    dense = layers.Dense(6, activation="tanh")
    yield made("shared", [a, b], layers.Concatenate()([dense(a), dense(b)]), optimizer="adam")
    yield made("residual", a, layers.Add()([a, layers.Dense(6)(a)]), optimizer="sgd", loss="mse")
    for name in ("Subtract", "Multiply", "Average", "Maximum", "Minimum"):
        yield made(name.lower(), [a, b], getattr(layers, name)()([a, b]))
    yield made("dot", [a, b], layers.Dot(1)([a, b]), optimizer="rmsprop", loss="mae")
    two = [layers.Dense(1, name="p")(a), layers.Dense(3, activation="softmax", name="q")(b)]
    loss = {"p": "mse", "q": keras.losses.CategoricalCrossentropy(label_smoothing=0.1)}
    yield made("two_heads", [a, b], two, optimizer=keras.optimizers.Adam(1e-3), loss=loss)
    series = layers.Input((8, 4))
    attended = layers.MultiHeadAttention(2, 2)(series, series)
    normed = layers.LayerNormalization()(layers.Add()([series, attended]))
    yield made("transformer", series, layers.GlobalAveragePooling1D()(normed), optimizer="adam")
    yield made("attention", series, layers.Attention()([series, series]))
    inner = keras.Sequential([layers.Input((6,)), layers.Dense(3)], name="inner")
    yield made("nested", a, layers.Dense(1)(inner(a)), loss="binary_crossentropy", optimizer="adam")
    image = layers.Input((16, 16, 1))
    down = layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    up = layers.UpSampling2D(2)(layers.MaxPooling2D(2)(down))
    yield made("unet", image, layers.Conv2D(1, 1)(layers.Concatenate()([down, up])))
    decay = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    how = {"optimizer": keras.optimizers.SGD(decay, 0.9), "loss": keras.losses.Huber()}
    yield made("schedule", a, layers.Dense(1)(a), metrics=["mae", keras.metrics.AUC()], **how)


def _vocabularies(keras: Any) -> Iterator[tuple[str, Any]]:
    """Models that take raw columns and texts, with their vocabularies inside."""
    import numpy as np

    layers = keras.layers
    words = layers.TextVectorization(50, output_sequence_length=6, standardize="lower")
    words.adapt(["the cat sat", "the dog ran"])
    text = layers.Input((1,), dtype="string")
    yield "words", keras.Model(text, layers.Dense(1)(layers.Embedding(50, 3)(words(text))))
    for split in ("whitespace", "character"):
        layer = layers.TextVectorization(30, split=split, vocabulary=["ab", "c/d", "e.f"])
        yield f"vectorize_{split}", keras.Model(text, layer(text))
    lookup = layers.StringLookup(vocabulary=["red", "green", "n/a"], output_mode="one_hot")
    yield "lookup", keras.Model(text, lookup(text))
    number = layers.Input((1,), dtype="int64")
    yield "integers", keras.Model(number, layers.IntegerLookup(vocabulary=[3, 5])(number))
    yield "hashing", keras.Model(number, layers.Hashing(8)(number))
    yield "category", keras.Model(number, layers.CategoryEncoding(4)(number))
    norm = layers.Normalization()
    norm.adapt(np.arange(12.0).reshape(4, 3))
    yield "normal", keras.Sequential([layers.Input((3,)), norm, layers.Dense(1)])
    bins = layers.Discretization([0.0, 1.0])
    yield "bins", keras.Sequential([layers.Input((2,)), bins])


def _files_beside(keras: Any) -> Iterator[tuple[str, Any]]:
    """Layers given a word list by the name of a file in the working folder, which they keep."""
    layers = keras.layers
    text = layers.Input((1,), dtype="string")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name in ("words.txt", "vocab.txt", "tokens.en"):
            Path(name).write_text("red\ngreen\n")
            for kind in (layers.StringLookup, layers.TextVectorization):
                stem = f"{kind.__name__}_{name.partition('.')[0]}"
                yield stem, keras.Model(text, kind(vocabulary=name)(text))


def _own_classes(keras: Any) -> Iterator[tuple[str, Any]]:
    """Registered classes and functions of a user: the file names them and holds no code."""
    register = keras.saving.register_keras_serializable

    @register(package="lab")
    class Scale(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self, factor: float = 2.0, **more: Any) -> None:
            super().__init__(**more)
            self.factor = factor

        def call(self, x: Any) -> Any:
            return x * self.factor

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "factor": self.factor}

    @register(package="lab")
    def swoosh(x: Any) -> Any:
        return x * keras.ops.sigmoid(x)

    @register(package="lab")
    def weighted_loss(y: Any, p: Any) -> Any:
        return keras.ops.mean((y - p) ** 2)

    @register(package="shop")
    class Tall(keras.Model):  # type: ignore[misc]
        def __init__(self, **more: Any) -> None:
            super().__init__(**more)
            self.last = keras.layers.Dense(1)

        def call(self, x: Any) -> Any:
            return self.last(x)

    layers = keras.layers
    named = layers.Lambda(swoosh, name="named", output_shape=(4,))
    yield "lambda_by_name", keras.Sequential([layers.Input((4,)), named])
    yield "layer", keras.Sequential([layers.Input((4,)), Scale(3.0), layers.Dense(1)])
    yield "wrapped", keras.Sequential([layers.Input((4, 2)), layers.TimeDistributed(Scale())])
    yield "activation", keras.Sequential([layers.Input((4,)), layers.Dense(2, activation=swoosh)])
    model = keras.Sequential([layers.Input((4,)), layers.Dense(1)])
    model.compile("adam", loss=weighted_loss)
    yield "loss", model
    tall = Tall()
    tall(keras.ops.zeros((1, 3)))
    yield "subclass", tall


def write_keras() -> Iterator[Row]:
    import keras
    import tf_keras

    makers = (
        ("stacks", _stacks),
        ("graphs", _graphs),
        ("vocabularies", _vocabularies),
        ("own-classes", _own_classes),
        ("files-beside", _files_beside),
    )
    for source, maker in makers:
        for name, model in maker(keras):
            yield f"keras-{source}", f"{name}.keras", _saved(model, ".keras")
            if source in ("stacks", "graphs"):
                yield "keras-h5", f"{source}_{name}.h5", _saved(model, ".h5")
                yield "keras-weights", f"{source}_{name}.h5", _saved(model, ".weights.h5")
    for name, build in (
        ("mobilenet", lambda: keras.applications.MobileNetV2((32, 32, 3), 0.35, weights=None)),
        ("mobilenet3", lambda: keras.applications.MobileNetV3Small((64, 64, 3), weights=None)),
        ("efficient", lambda: keras.applications.EfficientNetB0(weights=None)),
    ):
        yield "keras-applications", f"{name}.keras", _saved(build(), ".keras")
    for source, maker in (("stacks", _stacks), ("graphs", _graphs)):
        try:
            for name, model in maker(tf_keras):
                for suffix in (".h5", ".keras"):
                    yield "keras2", f"{source}_{name}{suffix}", _saved(model, suffix)
        except (TypeError, ValueError, AttributeError) as error:
            print("keras2", source, error)


def write_savedmodels() -> Iterator[Row]:
    """`saved_model.pb` of exported Keras models, of modules of functions, and of TF 1 sessions."""
    import keras
    import tensorflow as tf

    def graph(folder: str) -> bytes:
        return (Path(folder) / "saved_model.pb").read_bytes()

    for source, maker in (("stacks", _stacks), ("graphs", _graphs), ("texts", _vocabularies)):
        for name, model in maker(keras):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    model.export(folder, verbose=False)
                except Exception as error:  # some layers cannot be exported
                    print("tf-export", name, str(error)[:80])
                    continue
                yield "tf-export", f"{source}_{name}.pb", graph(folder)
    for name, module in _modules(tf):
        with tempfile.TemporaryDirectory() as folder:
            tf.saved_model.save(module, folder)
            yield "tf-module", f"{name}.pb", graph(folder)
    one = tf.compat.v1
    for units in (1, 4, 16):
        for activation in ("relu", "tanh", "sigmoid", "softplus"):
            with tempfile.TemporaryDirectory() as folder, tf.Graph().as_default():
                with one.Session() as session:
                    x = one.placeholder(tf.float32, (None, 3), "x")
                    w = one.get_variable("w", (3, units))
                    y = getattr(tf.nn, activation)(tf.matmul(x, w))
                    session.run(one.global_variables_initializer())
                    one.saved_model.simple_save(session, f"{folder}/m", {"x": x}, {"y": y})
                yield "tf-session", f"{activation}_{units}.pb", graph(f"{folder}/m")


def _step(i: Any, v: Any) -> tuple[Any, Any]:
    return i + 1, v


def _modules(tf: Any) -> Iterator[tuple[str, Any]]:
    """Modules of one traced function each: the idioms of preprocessing and serving."""
    number = tf.TensorSpec((None, 4), tf.float32)
    text = tf.TensorSpec((None,), tf.string)
    keys = tf.constant(["a", "b"])
    table = tf.lookup.StaticHashTable(
        tf.lookup.KeyValueTensorInitializer(keys, tf.constant([1, 2])), 0
    )
    functions: dict[str, tuple[Any, Callable[[Any], Any]]] = {
        "linear": (number, lambda x: tf.matmul(x, tf.ones((4, 2)))),
        "branch": (number, lambda x: tf.cond(tf.reduce_sum(x) > 0, lambda: x, lambda: -x)),
        "loop": (
            number,
            lambda x: tf.while_loop(lambda i, v: i < 3, _step, (0, x)),
        ),
        "map": (number, lambda x: tf.map_fn(lambda row: row * 2, x)),
        "strings": (text, lambda s: tf.strings.regex_replace(tf.strings.lower(s), "[^a-z]", " ")),
        "split": (text, lambda s: tf.strings.split(s).to_tensor()),
        "hash": (text, lambda s: tf.strings.to_hash_bucket_fast(s, 10)),
        "table": (text, lambda s: table.lookup(s)),
        "jpeg": (text, lambda s: tf.map_fn(tf.io.decode_jpeg, s, fn_output_signature=tf.uint8)),
        "examples": (
            text,
            lambda s: tf.io.parse_example(s, {"x": tf.io.FixedLenFeature([2], tf.float32)}),
        ),
        "base64": (text, tf.io.decode_base64),
        "random": (number, lambda x: x + tf.random.normal(tf.shape(x))),
        "sort": (number, lambda x: tf.math.top_k(x, 2)),
        "assert": (number, lambda x: tf.debugging.assert_all_finite(x, "bad")),
        "print": (number, lambda x: (tf.print("shape", tf.shape(x)), x)[1]),
        "ragged": (text, lambda s: tf.strings.unicode_decode(s, "UTF-8").to_tensor()),
        "scatter": (number, lambda x: tf.tensor_scatter_nd_update(x, [[0, 0]], [1.0])),
        "einsum": (number, lambda x: tf.einsum("ij,kj->ik", x, x)),
    }
    for name, (spec, function) in functions.items():
        module = tf.Module()
        module.table = table
        module.serve = tf.function(function, input_signature=[spec])
        yield name, module
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write("red\ngreen\n")
    module = tf.Module()
    module.asset = tf.saved_model.Asset(file.name)
    words = tf.lookup.TextFileInitializer(
        module.asset,
        tf.string,
        tf.lookup.TextFileIndex.WHOLE_LINE,
        tf.int64,
        tf.lookup.TextFileIndex.LINE_NUMBER,
    )
    module.words = tf.lookup.StaticHashTable(words, -1)
    module.serve = tf.function(module.words.lookup, input_signature=[text])
    yield "vocabulary_asset", module

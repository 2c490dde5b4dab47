"""The published JSON Schema says the same as the reader."""

import json
from pathlib import Path

import pytest
from made_scales import document

from mingjian.weigh.scale_file import FORMAT, METHODS, OPTIONAL, REQUIRED

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "reference" / "scale.schema.json").read_text("utf-8")
)


def test_fields_are_those_of_the_reader():
    assert tuple(SCHEMA["required"]) == REQUIRED
    assert set(SCHEMA["properties"]) == {*REQUIRED, *OPTIONAL}
    assert SCHEMA["additionalProperties"] is False
    assert SCHEMA["properties"]["format"]["const"] == FORMAT
    assert tuple(SCHEMA["properties"]["method"]["enum"]) == METHODS


def test_every_field_is_described():
    assert [k for k, v in SCHEMA["properties"].items() if "description" not in v] == []


def test_a_valid_scale_conforms():
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed here")
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.validate(document())
    assert not validator.is_valid(document(bounds=[0]))

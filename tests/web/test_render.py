"""Templates: whatever an expression puts out is made visible and escaped, once."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from mingjian.web import render

HOSTILE = "<b a='1' c=\"2\">&\u202e\x07"
SAFE = "&lt;b a=&#39;1&#39; c=&#34;2&#34;&gt;&amp;\\u202e\\u0007"


def put_out(template: str, **values: object) -> str:
    return render._environment().from_string(template).render(**values)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("案件 A-1", "案件 A-1"),
        (HOSTILE, SAFE),
        (Markup("<i>ours</i>"), "<i>ours</i>"),
        (7, "7"),
        (-0.5, "-0.5"),
        (None, "None"),
        ([HOSTILE], "[&#39;"),
    ],
)
def test_an_expression_is_shown_as_text_unless_it_is_our_markup(value, shown):
    assert put_out("{{ value }}", value=value).startswith(shown)
    assert put_out("{{ of.value }}", of={"value": value}).startswith(shown)


def test_what_a_macro_and_a_call_give_is_escaped_once():
    macro = "{% macro m(x) %}<p>{{ x }}{{ caller() }}</p>{% endmacro %}"
    made = put_out(macro + "{% call m(x) %}{{ f(x) }}{% endcall %}", x=HOSTILE, f=lambda x: x)
    assert made == f"<p>{SAFE}{SAFE}</p>"


def test_keys_are_found_where_every_dict_has_something_of_the_name():
    one = {"path": "a", "items": [1], "get": 2}
    assert put_out('{{ o.path }} {{ o["items"] }} {{ o["get"] }}', o=one) == "a [1] 2"
    assert put_out("{% for k, v in o.items() %}{{ k }}{% endfor %}", o={"items": 1}) == "items"


@pytest.mark.parametrize("template", ["{{ o.nothing }}", "{{ nothing }}", "{{ nothing(1) }}"])
def test_what_is_not_there_is_a_mistake_not_a_gap(template):
    with pytest.raises(UndefinedError):
        put_out(template, o={"a": 1})


def test_a_bar_is_drawn_within_its_bounds():
    drawn = render.bar_of({"log10_lr": 9.0, "lr_bounds": [-2.0, 2.5]}, "界限")
    assert 'x="300.0" y="7" width="300.0"' in drawn
    assert '<rect class="reach" x="200.0" y="4" width="225.0"' in drawn
    assert 'class="contra"' in render.bar_of({"log10_lr": -1.0, "lr_bounds": [-2, 2]}, "x")

"""Chat templates: ordinary idioms pass, names of the interpreter's own do not, however spelled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.detect.model.chat_template import reaches


def worst(template: str) -> float:
    return max((reach.severity for reach in reaches(template)), default=0.0)


ORDINARY = [
    "{% for m in messages[1:] %}{{ m['role'] ~ '\\n' + m.content | trim }}{% endfor %}",
    "{% if (messages[0].role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('x') }}"
    "{% endif %}",
    "{% set ns = namespace(last=-1) %}{% set ns.last = messages|length - 1 %}",
    "{{ {'a': {'b': {}}} | tojson(indent=2) }}{{ message.content.split('</think>')[-1] }}",
    "{%- macro kind(s) -%}{{ map[s.type] }}{%- endmacro -%}{{ kind(tool) }}",
    "{{ strftime_now('%d %b %Y') }}{{ tools | map(attribute='name') | join(', ') }}",
    "{% for _ in range(2) %}{{ '_' }}{{ x.replace('_', ' ') }}{% endfor %}",
    "plain text about __class__ and os.system{# {{ ''.__class__ }} #}",
    "{{ '<|__user__|>' }}{% if ['a', 'b'] %}{% endif %}",
]
REACHING = [
    "{{ ''.__class__ }}",
    "{{ x._secret }}",
    "{{ lipsum.next }}",
    "{{ ''['__cla' ~ 'ss__'] }}",
    "{{ ''['\\x5f\\137class'] }}",
    "{{ x | attr(name) }}",
    "{{ x | map('attr', name) }}",
    "{{ x['aaclassaa'.replace('a', b)] }}",
    "{{ x[['a', 'b'] | join] }}{{ ''['a'] }}",
    "{{ '{0.a}'.format(x) }}",
    "{{ '%c%c' | format(95, 95) }}",
    "{{ ['_', '_', 'class'] | join }}",
    "{{ {'a': {'b': ''.__class__}} }}",
    "{% include 'x' %}",
    "{%- extends 'x' -%}",
    "{{ '}}' ~ x.__init__ }}",
    "{{ x.__init__",
]


@pytest.mark.parametrize("template", ORDINARY)
def test_ordinary(template: str) -> None:
    assert worst(template) == 0.0


@pytest.mark.parametrize("template", REACHING)
def test_reaching(template: str) -> None:
    assert worst(template) >= 7.0
    assert worst("{{ bos_token }}{% for m in messages %}{% endfor %}" + template) >= 7.0


@pytest.mark.parametrize("template", ["{{ now() }}", "{{ x | odd }}", "{{ x.odd() }}", "{% odd %}"])
def test_unusual_is_told_but_stays_below_the_threshold(template: str) -> None:
    assert worst(template) == 3.0


@given(st.text("{}%#'\"\\_[](|.~ab0\n-", max_size=60))
def test_any_text_is_read_with_places_inside_it(text: str) -> None:
    for reach in reaches(text):
        assert 0 <= reach.start <= reach.end <= len(text)

"""What the command line and other callers use to read, write and verify labels.

- ``label_report(content, format, pinned={})`` -> dict of JSON values: ``format``, ``verdict``
  (conformant, non-conformant, inconclusive, none), ``verdict_words`` {zh, en}, ``labels``
  [{carrier, form, start, end, text, fields, defect, problems, signatures, providers, state}],
  ``problems`` (of the file as a whole), ``damage`` [{start, what}].
- ``write_label(data, format, label)`` -> bytes: see `write`; raises `CannotWrite`, whose
  ``reason`` is a `Message`. The result is read back before it is returned.
- ``verify_label(content, format, expected)`` -> tuple of `Difference`; empty when the file holds
  exactly the expected label. ``compare(expected, found)`` does the same for labels already read.
- ``read_labels(content, format)`` -> tuple of `FoundLabel`.
- ``Label(label="1", content_producer=…, produce_id=…)`` is what is written and expected;
  ``Label.from_dict`` takes the standard's field names.
- ``writable_formats()`` lists the formats `write_label` knows.

`pinned` maps the SHA-256 fingerprint of a signer's public key to the signer's name.
Providers' codes of individuals are masked everywhere in the report but in ``text``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.detect.label.check import (
    VERDICTS,
    Problem,
    Verdict,
    duplicates,
    problems,
    signature_problem,
    verdict,
)
from mingjian.detect.label.facts import clause, named, state
from mingjian.detect.label.label import FIELDS, Difference, FoundLabel, Label, compare
from mingjian.detect.label.provider_code import ProviderCode, provider_code, shown
from mingjian.detect.label.read import labels_in, read_labels
from mingjian.detect.label.security import Security, securities
from mingjian.detect.label.write import CannotWrite, writable_formats, write_label
from mingjian.domain.evidence import Content
from mingjian.intake.container.metadata import MALFORMED, read_metadata

__all__ = [
    "CannotWrite",
    "Difference",
    "FoundLabel",
    "Label",
    "compare",
    "label_report",
    "read_labels",
    "verify_label",
    "writable_formats",
    "write_label",
]

Json = dict[str, object]
PROVIDER_FIELDS = ("ContentProducer", "ContentPropagator")


@dataclass(frozen=True, slots=True)
class Reading:
    """The labels of one file with everything the checks say about them."""

    labels: tuple[FoundLabel, ...]
    securities: tuple[tuple[Security, ...], ...]
    """Per label, both reserved codes."""
    problems: tuple[tuple[Problem, ...], ...]
    """Per label."""
    together: tuple[Problem, ...]
    """Of the labels together."""
    verdict: Verdict
    damage: tuple[tuple[int, str], ...]
    """Where the container is damaged, and how."""


def read_and_check(content: Content, format: str, pinned: Mapping[str, str]) -> Reading:
    """Read every label of a file and check it."""
    items = read_metadata(content, format)
    labels = labels_in(items)
    signed = tuple(securities(label, pinned) if label.label else () for label in labels)
    each = []
    for label, codes in zip(labels, signed, strict=True):
        failed = [signature_problem(label, code) for code in codes]
        each.append((*problems(label), *(problem for problem in failed if problem)))
    together = duplicates(labels)
    everything = tuple(problem for one in each for problem in one) + together
    return Reading(
        labels=labels,
        securities=signed,
        problems=tuple(each),
        together=together,
        verdict=verdict(labels, everything),
        damage=tuple((entry.start, entry.key) for entry in items if entry.carrier == MALFORMED),
    )


def verify_label(content: Content, format: str, expected: Label) -> tuple[Difference, ...]:
    """How a file's labels differ from the one expected; empty when they do not."""
    return compare(expected, read_labels(content, format))


def shown_fields(found: FoundLabel) -> dict[str, str]:
    """The fields as they may be shown: individuals' codes masked, long codes cut."""
    return {
        name: shown(value) if name in PROVIDER_FIELDS else value[:400]
        for name, value in found.fields.items()
    }


def providers(found: FoundLabel) -> dict[str, ProviderCode]:
    """The provider codes of a label by field."""
    named_fields = found.fields
    codes = {name: provider_code(named_fields.get(name, "")) for name in PROVIDER_FIELDS}
    return {name: code for name, code in codes.items() if code is not None}


def label_report(content: Content, format: str, pinned: Mapping[str, str] | None = None) -> Json:
    """Everything read and checked, as JSON values."""
    reading = read_and_check(content, format, pinned or {})
    return {
        "format": format,
        "verdict": reading.verdict,
        "verdict_words": VERDICTS[reading.verdict].as_json(),
        "labels": [
            _label_json(label, codes, found)
            for label, codes, found in zip(
                reading.labels, reading.securities, reading.problems, strict=True
            )
        ],
        "problems": [_problem_json(problem) for problem in reading.together],
        "damage": [{"start": start, "what": what} for start, what in reading.damage],
    }


def _label_json(
    found: FoundLabel, codes: tuple[Security, ...], listed: tuple[Problem, ...]
) -> Json:
    stated = state(found.fields.get("Label", ""))
    return {
        "carrier": found.carrier,
        "form": found.form,
        "start": found.start,
        "end": found.end,
        "text": found.text[:8192],
        "fields": shown_fields(found),
        "unknown_fields": [name for name in found.fields if name not in FIELDS],
        "state": stated.as_json() if stated else None,
        "defect": found.defect.message.as_json() if found.defect else None,
        "problems": [_problem_json(problem) for problem in listed],
        "signatures": [
            {
                "field": code.field,
                "state": code.state,
                "algorithm": code.algorithm,
                "key_sha256": code.key,
                "signer": code.signer,
                "types": list(code.types),
            }
            for code in codes
        ],
        "providers": {name: _provider_json(code) for name, code in providers(found).items()},
    }


def _provider_json(code: ProviderCode) -> Json:
    vendor = code.vendor
    return {
        "code": code.shown,
        "subject_type": named("subject_types", code.subject_type).as_json(),
        "subject": code.shown[4:22],
        "service": named("service_types", code.service or "0").as_json(),
        "faults": [fault.as_json() for fault in code.faults()],
        "vendor": vendor.as_json() if vendor else None,
        "vendor_verified": False,
    }


def _problem_json(problem: Problem) -> Json:
    return {
        "code": problem.code,
        "gravity": problem.gravity,
        "clause": clause(problem.clause).as_json(),
        "message": problem.message.as_json(),
        "start": problem.start,
        "end": problem.end,
    }

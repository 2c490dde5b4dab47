"""Rules of conduct: their examples hold, their signs fit what detectors report."""

from __future__ import annotations

import json

import pytest

from mingjian.casework.conduct.duties import reasons, topics, topics_of
from mingjian.casework.conduct.rules import rules, signs, suggest
from mingjian.casework.conduct.seen import seen_from, seen_in
from mingjian.law.library import library


def record(path="a.txt", *, parent=None, kind="text", weights=(), findings=()):
    """A record in its JSON form, with what the rules look at."""
    words = {"zh": "有力支持", "en": "strong support"}
    return {
        "sha256": path.ljust(64, "0")[:64],
        "path": path,
        "parent": parent,
        "kind": kind,
        "weights": [
            {
                "proposition": name,
                "log10_lr": lr,
                "flagged": flagged,
                "opinion": True,
                "carried_from": carried,
                "words": words,
            }
            for name, lr, flagged, carried in weights
        ],
        "examinations": [
            {
                "findings": [
                    {
                        "signal": signal,
                        "details": details,
                        "quiet": quiet,
                        "because": {"zh": "因", "en": "because"},
                    }
                    for signal, details, quiet in findings
                ]
            }
        ],
    }


FRAUD = ("message.fraud", 1.2, True, None)
ASKS = ("message.fraud", {"stages": [{"act": "deadline"}, {"act": "safe_account"}]}, False)
VOICE = ("audio.synthetic", 2.0, True, None)


def found(*records, **facts):
    seen = seen_in(records).with_facts(
        facts.get("counts", {}), facts.get("so", ()), facts.get("not_so", ())
    )
    return {item.conduct.id: item for item in suggest(seen, facts.get("named", frozenset()))}


def test_there_is_a_rule_for_every_conduct_of_the_law_data():
    assert set(rules()) == set(library().conducts)
    for rule in rules().values():
        for name in (*(n for group in rule.needs for n in group), *rule.adds, *rule.against):
            assert name in signs(), f"{rule.conduct} names {name}"
        assert rule.needs or rule.by_hand


@pytest.mark.parametrize("rule", rules().values(), ids=rules())
def test_the_examples_of_each_rule_hold(rule):
    assert rule.examples
    assert not {item["is"] for item in rule.examples} - {"supported", "partly", "none"}
    for example in rule.examples:
        assert set(example["signs"]) <= set(signs())
        assert (rule.state(set(example["signs"])) or "none") == example["is"], example


def test_every_count_and_circumstance_in_the_signs_is_one_of_the_law_data():
    def conditions(condition):
        for one in (*condition.get("any", ()), *condition.get("all", ())):
            yield from conditions(one)
        yield condition

    shelf = library()
    for sign in signs().values():
        for one in conditions(sign.condition):
            assert one.get("count", "amount") in shelf.counts
            for name in ("circumstance", "not_circumstance"):
                assert one.get(name, "telecom") in shelf.circumstances


def test_propositions_and_signals_in_the_signs_are_those_of_installed_detectors():
    from mingjian.detect.catalogue import installed_detectors

    live = [entry.detector for entry in installed_detectors({}, frozenset()) if entry.detector]
    known = {pair.id for detector in live for pair in detector.propositions}
    for sign in signs().values():
        wanted = sign.condition.get("proposition", "")
        # Media detectors may not be installed; what is there must be spelt alike.
        if wanted and wanted.partition(".")[0] not in ("audio", "image", "video"):
            assert wanted in known


def test_fraud_with_a_cloned_voice_says_what_supports_it_and_what_is_missing():
    item = found(record(weights=[FRAUD, VOICE], findings=[ASKS]))["fraud.deepfake"]
    assert item.state == "supported"
    assert [sign.id for sign, _, _ in item.supports][:3] == [
        "fraud_words",
        "asks_money",
        "synthetic_voice",
    ]
    _, places, number = item.supports[0]
    assert (places[0].path, number) == ("a.txt", 1)
    assert "what the victim handed over" in [words.en for words in item.missing]
    assert any("real person" in words.en for words in item.changes)


def test_half_of_it_says_what_would_make_it_whole():
    item = found(record(weights=[FRAUD]))["fraud.deepfake"]
    assert item.state == "partly"
    assert item.missing[0].en.startswith("not seen yet: a finding of synthetic voice")
    assert item.changes[0].en.startswith("with a finding of synthetic voice or")


def test_signs_in_different_items_are_not_taken_for_one_act():
    apart = found(record("a", weights=[FRAUD]), record("b", weights=[VOICE]))["fraud.deepfake"]
    assert apart.state == "partly"
    assert any("different items" in words.en for words in apart.missing)
    part = record("a/voice", parent="a", weights=[VOICE])
    one = found(record("a", weights=[FRAUD]), part)["fraud.deepfake"]
    assert one.state == "supported"
    assert not any("different items" in words.en for words in one.missing)


def test_a_weight_carried_up_or_below_the_line_is_no_second_sign():
    carried = ("message.fraud", 1.2, True, "f" * 64)
    assert found(record(weights=[carried])) == {}
    assert found(record(weights=[("message.fraud", 0.4, False, None)])) == {}
    assert "fraud.deepfake" in found(record(weights=[("message.fraud", 1.0, False, None)]))


def test_quiet_findings_are_no_signs_but_their_counts_are_kept():
    classes = {"core": {"items": 0}, "sensitive": {"items": 60}, "other": {"items": 3}}
    counts = ("privacy.class_counts", {"classes": classes}, True)
    exposed = ("privacy.exposed", 2.0, True, None)
    one = record(weights=[exposed], findings=[counts])
    assert found(one)["pi.infringement"].state == "supported"
    lower = found(one, counts={"personal_information.important": 10})
    assert lower["pi.infringement"].state == "partly"  # what a person states goes first


def test_stated_facts_support_and_exclude():
    face = record(weights=[("image.face_synthetic", 2.0, True, None)])
    assert "intimate.private" not in found(face)
    assert found(face, not_so=["spread"])["intimate.private"].state == "supported"
    assert found(face, counts={"views": 9000})["defamation.deepfake"].state == "supported"
    assert found(record(), so=["ordered_refused"])["platform.duty"].state == "partly"


def test_what_speaks_against_it_is_shown():
    steps = ("agent.conduct", {"rules": ["privilege", "steered_by_content"]}, False)
    item = found(record(weights=[("agent.rule_breach", 1.0, True, None)], findings=[steps]))
    assert [words.en for words in item["ai.autonomous"].against] == [
        "an agent that acted on instructions inside content"
    ]


def test_a_person_may_name_a_conduct_that_nothing_suggests():
    item = found(record(), named=frozenset({"ip.patent"}))["ip.patent"]
    assert (item.state, item.supports) == ("by_hand", ())
    assert "no detector checks patents" in item.changes[0].en


def test_nothing_found_suggests_nothing():
    assert found(record()) == {}


def test_duties_are_asked_about_for_a_reason():
    shelf = library()
    for topic in topics().values():
        assert set(topic.signs) <= set(signs())
        for ref in topic.refs:
            assert shelf.article(ref) is not None, ref
    label = topics()["label"]
    assert label in topics_of("deep-synthesis-2022/16")
    assert reasons(label, seen_in([record()])) == []
    assert reasons(label, seen_in([record(weights=[VOICE])]))


def test_what_is_seen_can_be_kept_and_read_back():
    part = record("a.zip/b\udcff", parent="a.zip", weights=[VOICE], kind="audio")
    seen = seen_in([record("a.zip", weights=[FRAUD], findings=[ASKS]), part])
    assert seen_from(json.loads(json.dumps(seen.as_json()))) == seen

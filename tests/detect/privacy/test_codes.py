"""Codes are found in long texts, through gates, as in short ones; roles of mailboxes by look-up."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mingjian.detect.privacy import codes, gates, mailbox
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import labels

_TEXTS = st.lists(
    st.sampled_from(
        [
            *(
                "京A12345",
                "沪AD12345",
                "粤 B·1234学",
                "GB29 NWBK 6016 1331 9268 19",
                "gb29nwbk60161331926819",
            ),
            *(
                "DE89370400440532013000",
                "XX12 3456 7890 1234",
                "91110000600037341L",
                "NY110000",
                "A1",
            ),
            *("219-09-9999", "000-12-3456", "12345-", "110101199003070011", "911100006000373410"),
            *(
                "统一社会信用代码",
                "税号：",
                "纳税人",
                "Credit Code",
                "uscc",
                "USCC ",
                "护照号 ",
                "E12345678",
            ),
            *("QQ号：", "qq", "qqq", "微信", "wxid_a1b2c3", "pwd: ", "Passw0rd9", "SSN is ", "İ"),
            *(" ", "\n", "：", ",", "-", ".", "/", "a", "Z", "7", "12", "1234", "字", "ſ", "K"),
        ]
    ),
    max_size=16,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
@example("税号：" + "，" * 19 + "911100006000373410")
@example("GB29 NWBK 6016 1331 9268 19GB29 NWBK 6016 1331 9268 19")
def test_codes_are_found_in_long_texts_as_in_short_ones(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "LONG", 0)
        patch.setattr(codes, "LONG", 0)
        through_gates = sorted(codes.find_codes(text))
    gates.forget()
    assert sorted(codes.find_codes(text)) == through_gates


def test_a_label_is_looked_for_where_it_begins_like_a_trigger() -> None:
    for kind in ("passport", "permit", "ssn", "account", "credential"):
        for label in labels(kind):
            begins = (
                label[:3] in codes._LABELS_BEGIN.heads or label[:2] in codes._LABELS_BEGIN.heads
            )
            assert begins == label.startswith(codes._TRIGGERS)
            assert any(trigger in label for trigger in codes._TRIGGERS)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(
            ("info", "business_contact"),
            ("No-Reply", "business_contact"),
            ("HR", "business_contact"),
        ),
        *(("service2024", "business_contact"), ("sales.east", "business_contact")),
        *(("informal", "email"), ("hrant", "email"), ("no", "email"), ("maria", "email")),
        *(
            ("ſales", "business_contact"),
            ("jürgen", "email"),
            ("customer.service", "business_contact"),
        ),
    ],
)
def test_a_role_is_no_person(name: str, kind: str) -> None:
    text = f"{name}@example.org"
    assert mailbox.find_mailboxes(text) == [Hit(kind, 0, len(text), text.lower())]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        *(
            ("debian-user@lists.debian.org", "business_contact"),
            ("12345@bugs.example.org", "business_contact"),
            ("hikers@googlegroups.com", "business_contact"),
        ),
        *(
            ("news-request@example.org", "business_contact"),
            ("kernel-devel@a.example", "business_contact"),
        ),
        *(
            ("anna-maria@example.org", "email"),
            ("bo@lists.org", "email"),
            ("bo@mygroups.io", "email"),
        ),
    ],
)
def test_a_mailing_list_is_no_person(address: str, kind: str) -> None:
    assert [hit.kind for hit in mailbox.find_mailboxes(address)] == [kind]


def test_a_number_of_a_request_is_no_social_security_number() -> None:
    assert [hit.kind for hit in codes.find_codes("her number is 550-01-4700")] == ["ssn"]
    assert list(codes.find_codes("request id 550-01-4700")) == []
    assert [hit.kind for hit in codes.find_codes("request 7, SSN 550-01-4700")] == ["ssn"]

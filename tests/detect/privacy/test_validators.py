"""Check digits against vectors worked out by hand or published in the standards."""

import pytest

from mingjian.detect.privacy.check.bank_card import card_issuer, luhn_holds
from mingjian.detect.privacy.check.credit_code import is_credit_code
from mingjian.detect.privacy.check.iban import is_iban
from mingjian.detect.privacy.check.phone import (
    e164_country,
    is_cn_landline,
    is_cn_mobile,
    is_nanp,
    is_uk_national,
)
from mingjian.detect.privacy.check.plate import is_plate
from mingjian.detect.privacy.check.resident_id import (
    check_character,
    is_old_resident_id,
    is_resident_id,
)


def test_resident_id_of_the_standard() -> None:
    # GB 11643-1999, annex: 11010519491231002X and 440524188001010014
    assert is_resident_id("11010519491231002X")
    assert is_resident_id("11010519491231002x")
    assert is_resident_id("440524188001010014")
    assert check_character("11010519491231002") == "X"


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",  # check character
        "99010519491231002X",  # province
        "110105194913310029",  # month
        "110105199902290000",  # 1999 is no leap year
        "11010519491231002",  # length
        "110000000000000000",
    ],
)
def test_no_resident_id(number: str) -> None:
    assert not is_resident_id(number)


def test_every_single_substitution_is_noticed() -> None:
    good = "11010519491231002X"
    for place in range(17):
        for digit in "0123456789":
            if digit != good[place]:
                assert not is_resident_id(good[:place] + digit + good[place + 1 :])


def test_old_resident_id() -> None:
    assert is_old_resident_id("110105491231002")
    assert not is_old_resident_id("110105491331002")


def test_luhn_and_issuers() -> None:
    assert luhn_holds("79927398713")  # the worked example of the algorithm
    assert not luhn_holds("79927398710")
    assert card_issuer("4111111111111111") == "Visa"
    assert card_issuer("378282246310005") == "American Express"
    assert card_issuer("5555555555554444") == "Mastercard"
    assert card_issuer("6222021234567890128") == "UnionPay"
    assert card_issuer("4111111111111112") is None
    assert card_issuer("0000000000000000") is None
    assert card_issuer("7992739871300000") is None


def test_credit_codes() -> None:
    # Published codes of two large companies
    assert is_credit_code("91110000600037341L")
    assert is_credit_code("91440300708461136T")
    assert not is_credit_code("91440300708461136U")
    assert not is_credit_code("914403007084611360")


def test_iban_of_the_registry() -> None:
    assert is_iban("GB29NWBK60161331926819")
    assert is_iban("DE89370400440532013000")
    assert is_iban("FR1420041010050500013M02606")
    assert not is_iban("GB28NWBK60161331926819")
    assert not is_iban("GB29NWBK6016133192681")
    assert not is_iban("ZZ29NWBK60161331926819")


def test_phones() -> None:
    assert is_cn_mobile("13800138000")
    assert not is_cn_mobile("12800138000")
    assert not is_cn_mobile("1380013800")
    assert is_cn_landline("01062345678")
    assert is_cn_landline("07558439100")
    assert not is_cn_landline("0106234567")
    assert not is_cn_landline("09061209465")
    assert is_nanp("4155552671")
    assert not is_nanp("8005550199")
    assert not is_nanp("1155552671")
    assert is_uk_national("02079460958")
    assert e164_country("442079460958") == "44"
    assert e164_country("8613800138000") == "86"
    assert e164_country("999123456789") is None
    assert e164_country("4412") is None


def test_plates() -> None:
    assert is_plate("京A12345")
    assert is_plate("粤BD12345")  # small new-energy
    assert is_plate("沪A12345F")  # large new-energy
    assert is_plate("京A1234警")
    assert not is_plate("京I12345")
    assert not is_plate("国A12345")
    assert not is_plate("京AABCDE")
    assert not is_plate("粤BZ12345")

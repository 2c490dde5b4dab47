"""The detector `link.phishing`: its promise, the named sites, hostile addresses."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib.resources import files
from time import process_time

import pytest

from mingjian.detect.contract import NotApplicable
from mingjian.detect.link.phishing import Phishing
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.testing import assert_keeps_promise
from mingjian.testing.promise import as_accepted
from mingjian.weigh.scale import load_scales

DETECTOR = Phishing({})
THRESHOLD = json.loads(
    files("mingjian.detect.link").joinpath("link.phishing.scale.json").read_text("utf-8")
)["threshold"]


def link(text: str) -> Evidence:
    return as_accepted(text.encode("utf-8", "surrogatepass"), EvidenceKind.LINK, "url")


def finding(text: str) -> Finding:
    (found,) = DETECTOR.examine(link(text))
    return found


def score(text: str) -> float:
    found = finding(text).score
    assert found is not None
    return found


def test_promise() -> None:
    assert_keeps_promise(
        Phishing,
        [b"https://www.12306.cn", b"hxxp://alipay-login[.]example.top/verify", b"data:text/html,x"],
    )


ORDINARY = (
    "https://www.12306.cn", "https://kyfw.12306.cn/otn/resources/login.html", "icbc.com.cn",
    "https://mybank.icbc.com.cn/icbc/newperbank/perbank3/frame/frame_index.jsp", "taobao.com",
    "https://login.taobao.com/member/login.jhtml?redirectURL=https%3A%2F%2Fwww.taobao.com%2F",
    "https://www.ccb.com/cn/home/indexv3.html", "https://pbsz.ebank.cmbchina.com/", "www.jd.com",
    "https://www.gov.cn/zhengce/content/202305/content_6875123.htm", "https://www.baidu.com/s?wd=a",
    "https://www.sf-express.com/chn/sc/waybill/list", "https://www.alipay.com/", "https://qq.com",
    "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=4765445b&scope=openid",
    "https://accounts.google.com/signin/v2/identifier?continue=https%3A%2F%2Fmail.google.com",
    "https://www.paypal.com/signin", "https://zh.wikipedia.org/wiki/钓鱼式攻击", "https://www.usps.com",
    "http://www.people.com.cn/n1/2023/0506/c1001-32680001.html", "https://github.com/a/b/issues/12",
    "http://rsj.example.gov.cn/art/2023/5/6/art_1229_58321.html", "https://news.sina.com.cn/c/1.shtml",
    "https://client.schwab.com/Login/SignOn/CustomerCenterLogin.aspx", "https://www.swedbank.se/",
    "https://jwc.example.edu.cn/info/1021/5544.htm", "https://tieba.baidu.com/p/7654321098",
)  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sites_are_not_flagged(text: str) -> None:
    assert score(text) < min(THRESHOLD, 1.0)


LURES = (
    "https://icbc.com.cn.zhanghu-yanzheng.top/login", "http://alipay-tuikuan.vip/h5/",
    "https://paypal-account-verify.example-secure.top/signin", "http://12306-tuipiao.cc/app",
    "https://secure-login.microsoft365-support.xyz/index.php?email=a@example.com",
    "https://usps.com-redelivery.icu/update", "http://steamcomnunitty.ru/gift/9182",
    "https://appleid.apple.com.verify-id8271.cc/", "https://metamask-wallet-restore.pages.dev/",
    "hxxps://netflix-billing[.]update-info[.]xyz/login",
)  # fmt: skip


@pytest.mark.parametrize("text", LURES)
def test_plain_lures_are_noted(text: str) -> None:
    found = finding(text)
    assert not found.quiet
    assert found.score is not None
    assert found.score > 1.0
    assert found.details["facts"]


def test_most_plain_lures_are_flagged() -> None:
    assert sum(score(text) >= THRESHOLD for text in LURES) >= len(LURES) // 2


def test_hidden_forms_measure_alike() -> None:
    plain = score("https://taobao-kefu.example.top/denglu")
    assert score("hxxps://taobao-kefu[.]example[.]top/denglu") == plain
    assert score("HTTPS://TAOBAO-KEFU.EXAMPLE.TOP/denglu") == plain


def test_scheme_www_and_last_slash_do_not_count() -> None:
    plain = score("https://cedar-bakery.example.com/about")
    for text in ("http://cedar-bakery.example.com/about", "cedar-bakery.example.com/about/"):
        assert score(text) == plain
    assert score("www.cedar-bakery.com") == score("https://cedar-bakery.com/")


def test_places_point_at_what_is_told() -> None:
    text = "https://icbc.com.cn.abcd.top:8443/login"
    found = finding(text)
    shown = {text[span.start : span.end] for span in found.where}  # type: ignore[union-attr]
    assert {"icbc", ":8443"} <= shown
    assert "工商银行" in found.because.zh


def test_the_ending_is_pointed_at_also_where_the_address_was_defanged() -> None:
    text = "hxxps://whats-kf88-mj[.]vip/vip"
    (place,) = finding(text).where
    assert (place.start, text[place.start : place.end]) == (24, "vip")  # type: ignore[union-attr]


def test_an_ordinary_word_is_not_called_near_to_a_brand() -> None:
    assert "icloud" not in finding("https://support.lumen-cloud.example/hc/").because.en
    assert "icloud" in finding("https://support.lumen-icloub.example/hc/").because.en


def test_a_regional_house_is_not_called_an_imitation() -> None:
    said = finding("https://www.sparkasse-lindtal.de/").because
    assert "regional houses" in said.en
    assert "各地机构" in said.zh
    assert "not among" not in said.en


def test_an_owner_is_named() -> None:
    assert "官方域名" in finding("https://www.12306.cn").because.zh


@pytest.mark.parametrize("text", ["mailto:a@example.com", "no address", "a.example\nb.example"])
def test_other_things_are_not_measured(text: str) -> None:
    with pytest.raises(NotApplicable):
        list(DETECTOR.examine(link(text)))


@pytest.mark.parametrize(
    "text",
    [
        "http://192.168.178.1/login", "http://10.0.0.7:8080/", "https://172.20.1.1/admin",
        "http://127.0.0.1:5000/", "http://2130706433/", "http://169.254.1.1/", "http://[::1]:3000/a",
        "http://[fe80::1]/", "http://[fd12:3456::9]/", "http://localhost:8080/login", "localhost/a",
        "http://nas/", "https://drucker:631/printers", "http://printer.local/", "https://git.lan/x",
        "https://sso.firm.internal/login", "http://box.home.arpa/", "hxxp://user@router.home[.]arpa",
    ],
)  # fmt: skip
def test_inside_a_local_network_no_opinion_is_given(text: str) -> None:
    with pytest.raises(NotApplicable) as told:
        list(DETECTOR.examine(link(text)))
    assert "local network" in told.value.reason.en
    assert "本地网络" in told.value.reason.zh


@pytest.mark.parametrize(
    "text",
    ["http://172.32.1.1/login", "http://11.0.0.1/", "http://[2001:db8::1]/", "http://a.box/"],
)
def test_addresses_of_the_open_network_are_measured(text: str) -> None:
    assert finding(text).score is not None


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html;base64,AAAA"])
def test_script_addresses_are_a_fact(text: str) -> None:
    found = finding(text)
    assert found.signal == "link.script"
    assert found.score is None


@pytest.mark.parametrize(
    "text",
    [
        "http://" + "a" * 1_000_000, "http://" + "a." * 500_000, "http://a.com/" + "%25" * 300_000,
        "http://a.com/" + "a-" * 500_000, "http://a.com/?" + "url=" * 250_000, "@" * 1_000_000,
        "http://" + "paypal" * 160_000 + ".com", "http://a.com/" + "a1" * 500_000 + "@",
        "[" * 1_000_000, "xn--" * 250_000 + ".com", "http://" + "1." * 500_000, "\u200b" * 300_000,
        "http://a.com/#" + "=" * 1_000_000, "h" * 1_000_000 + "://", "：" * 300_000,
        "http://" + "аррӏе" * 100_000 + ".com", "http://xn--" + "9" * 60 + ".com",
    ],
)  # fmt: skip
def test_hostile_addresses_end_soon(text: str) -> None:
    start = process_time()
    with suppress(NotApplicable):
        list(DETECTOR.examine(link(text)))
    assert process_time() - start < 1.0


def test_the_scale_is_bounded_and_of_this_proposition() -> None:
    scales = load_scales([files("mingjian.detect.link").joinpath("link.phishing.scale.json")])
    (scale,) = scales["link.phishing"]
    assert scale.proposition == "link.phishing"
    assert scale.withheld is None
    assert scale.threshold is not None
    assert scale.research

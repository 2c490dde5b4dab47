"""What is told of an address: facts in plain words, each with its place in the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mingjian.detect.link.address import Address
from mingjian.detect.link.features import Measured
from mingjian.detect.link.lists import lists
from mingjian.detect.link.lookalike import mixed
from mingjian.detect.link.wordlike import table
from mingjian.domain.message import Message

_HOSTING = {
    "builder": ("建站平台", "a site builder"),
    "app": ("应用托管平台", "an app hosting service"),
    "webhost": ("免费虚拟主机", "a free web host"),
    "dynamic": ("动态域名服务", "a dynamic DNS service"),
    "ipfs": ("IPFS 网关", "an IPFS gateway"),
    "form": ("表单或文件共享服务", "a form or file sharing service"),
    "shortener": ("短链接服务", "a link shortener"),
}
_HOW = {
    "shape": (
        "用形近字符写成“{0}”的样子",
        "is drawn to look like “{0}” with look-alike characters",
    ),
    "near": ("与“{0}”只差一两个字母", "differs from “{0}” by a letter or two"),
    "token": ("写有“{0}”", "names “{0}”"),
    "inside": ("含有“{0}”", "contains “{0}”"),
    "sub": ("在子域名中写有“{0}”", "names “{0}” in a subdomain"),
    "path": ("在路径中写有“{0}”", "names “{0}” in the path"),
}
_ODD = -4.0
"""Letters less usual than this after one another are no initials of a Chinese name either."""
_LURES = ("credential", "urgency", "money", "gambling")


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact: its code, the sentence, and where in the written address it stands."""

    code: str
    sentence: Message
    places: tuple[tuple[int, int], ...]
    strong: bool
    """Whether it speaks for H1 by itself; the others only describe."""


def reasons(address: Address, measured: Measured, raised: bool = False) -> list[Reason]:
    """The facts of an address, strong ones first; at most a dozen. `raised`: its name being no
    word raised the measurement."""
    found = [*_unreadable(address, measured, raised), *_names(address, measured)]
    found += [*_form(address), *_words(address, measured), *_owner(address)]
    return sorted(found, key=lambda reason: not reason.strong)[:12]


def _placed(address: Address, *parts: str) -> tuple[tuple[int, int], ...]:
    """Where the parts stand in the written address: those that stand there as they are."""
    return tuple(place for part in parts if (place := address.place(part)) is not None)


def _ending(address: Address, last: str) -> tuple[tuple[int, int], ...]:
    """Where the last label of the host stands, also in an address that was defanged."""
    found = re.search(rf"(?<![\w-]){re.escape(last)}(?=[/:?#]|\s*\Z)", address.written, re.I)
    return (found.span(),) if found else ()


def _unreadable(address: Address, measured: Measured, raised: bool) -> Iterator[Reason]:
    name = address.site.name
    if raised:
        said = Message(
            f"名称“{name[:40]}”不成词（既不是常见词，也不是拼音），测量值因此升高",
            f"the name “{name[:40]}” is no word (neither a common one nor pinyin), which raised "
            "the measurement",
        )
    elif measured.numbers_named("name_worded") < 0.5 and (
        (
            measured.numbers_named("consonant_run") >= 5
            and measured.numbers_named("name_usual") < _ODD
        )
        or measured.numbers_named("turns") >= 3
    ):
        said = Message(
            f"名称“{name[:40]}”不成词，像是随机生成的",
            f"the name “{name[:40]}” is no word and looks made at random",
        )
    else:
        return
    yield Reason("unreadable_name", said, _placed(address, name), False)


def _names(address: Address, measured: Measured) -> Iterator[Reason]:
    if measured.numbers_named("regional"):
        name, suffix = address.site.name[:40], address.site.suffix
        said = Message(
            f"“{name}”的写法与这类银行各地机构在 .{suffix} 下的通用写法相同，"
            "是否确为其网站未作核实",
            f"“{name}” is formed as regional houses of such a bank name themselves under "
            f".{suffix}; whether it is one was not checked",
        )
        yield Reason("regional_name", said, _placed(address, address.site.name), False)
    for hit in measured.hits[:4]:
        if hit.how == "near" and hit.written in table().words:
            continue  # "cloud" is a word of its own, whatever it is near to
        zh, en = _HOW[hit.how]
        brand = hit.brand.name
        domain = address.site.domain[:60]
        yield Reason(
            f"brand_{hit.how}",
            Message(
                f"网址{zh.format(hit.word)}（{brand.zh}），"
                f"但域名 {domain} 不在该品牌的官方域名之列",
                f"it {en.format(hit.word)} ({brand.en}), yet the domain {domain} is not among "
                "those listed as that brand's own",
            ),
            _placed(address, hit.written),
            hit.how in ("shape", "near", "sub") or bool(measured.host_words),
        )


def _form(address: Address) -> Iterator[Reason]:
    host = address.site.host[:60]
    if address.userinfo:
        shown = address.userinfo[:40]
        yield Reason(
            "userinfo",
            Message(
                f"“@”之前的“{shown}”不是网站，真正的主机是 {host}",
                f"“{shown}” before the @ is not the site; the true host is {host}",
            ),
            _placed(address, address.userinfo + "@"),
            True,
        )
    if mixed(address.site):
        yield Reason(
            "mixed_scripts",
            Message(
                f"主机名 {host} 在同一段中混用不同文字的字母",
                f"the host {host} mixes letters of different alphabets in one label",
            ),
            _placed(address, address.site.host),
            True,
        )
    elif address.site.puny:
        yield Reason(
            "international",
            Message(
                f"国际化域名，显示为 {host}",
                f"an international name, shown as {host}",
            ),
            (),
            False,
        )
    if address.site.ip is not None:
        odd = (
            ("，且写成不常见的进制", ", written in an unusual notation")
            if address.site.odd_ip
            else ("", "")
        )
        yield Reason(
            "ip",
            Message(
                f"主机是 IP 地址 {address.site.ip}{odd[0]}，没有域名",
                f"the host is the IP address {address.site.ip}{odd[1]}, without a name",
            ),
            _placed(address, address.site.host),
            address.site.odd_ip,
        )
    if address.port not in (None, 80, 443):
        yield Reason(
            "port",
            Message(f"使用不常见的端口 {address.port}", f"it uses the unusual port {address.port}"),
            _placed(address, f":{address.port}"),
            False,
        )


def _words(address: Address, measured: Measured) -> Iterator[Reason]:
    in_host = [w for w, kind in measured.host_words.items() if kind in _LURES][:5]
    if in_host and not measured.numbers_named("known"):
        yield Reason(
            "lure_in_host",
            Message(
                f"主机名中有诱导性词语：{'、'.join(in_host)}",
                f"the host holds words that lures use: {', '.join(in_host)}",
            ),
            _placed(address, *in_host),
            False,
        )
    kit = [w for w, kind in measured.path_words.items() if kind in ("kit", "kit_page")][:4]
    if kit:
        yield Reason(
            "kit_path",
            Message(
                f"路径经过网站程序的内部目录或常见套件页面：{'、'.join(kit)}",
                f"the path runs through a site's inner folders or a kit's usual pages: "
                f"{', '.join(kit)}",
            ),
            _placed(address, *kit),
            False,
        )
    if measured.numbers_named("mail_inside"):
        yield Reason(
            "mail_inside",
            Message("网址中带有电子邮箱地址", "the address carries an e-mail address"),
            (),
            False,
        )
    if measured.numbers_named("redirect"):
        yield Reason(
            "redirect",
            Message(
                "参数中带有另一个网址，可能跳转", "a parameter holds another address to go on to"
            ),
            (),
            False,
        )
    if measured.numbers_named("twice_encoded"):
        yield Reason(
            "twice_encoded",
            Message("含有重复编码的字符", "it holds characters encoded twice"),
            _placed(address, "%25"),
            False,
        )


def _owner(address: Address) -> Iterator[Reason]:
    if address.site.hosting is not None:
        zh, en = _HOSTING[address.site.hosting]
        yield Reason(
            f"on_{address.site.hosting}",
            Message(
                f"位于{zh} {address.site.service}，页面由其用户制作",
                f"it lies on {en}, {address.site.service}, whose pages its users make",
            ),
            _placed(address, address.site.service),
            False,
        )
        return
    last = address.site.labels[-1] if address.site.labels else ""
    if last in lists().cheap or last in lists().free:
        yield Reason(
            "cheap_ending",
            Message(
                f"后缀 .{last} 注册费用低，钓鱼网址中常见",
                f"the ending .{last} costs little and is common among phishing addresses",
            ),
            _ending(address, last),
            False,
        )

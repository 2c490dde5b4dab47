"""What a reader is told about requests and logs, in both languages."""

from __future__ import annotations

from mingjian.detect.traffic.gauge import Gauged
from mingjian.detect.traffic.log import Behaviour, Client, Survey
from mingjian.detect.traffic.payload import Hit
from mingjian.detect.traffic.request import Request
from mingjian.domain.finding import Exhibit, TableExhibit
from mingjian.domain.message import Message

_SIGNS: tuple[tuple[str, Message], ...] = (
    ("agent_tool", Message("客户端标识写明了扫描工具", "the client names a scanning tool")),
    (
        "agent_impossible",
        Message(
            "客户端标识不是任何正式版浏览器会发送的",
            "the client string is one that no released browser sends",
        ),
    ),
    ("agent_attack", Message("客户端标识中带有攻击载荷", "the client string carries a payload")),
    ("referer_attack", Message("来源页中带有攻击载荷", "the referer carries a payload")),
    ("marker", Message("地址中留有扫描器的记号", "the address holds a scanner's mark")),
    (
        "agent_forged",
        Message(
            "客户端标识是扫描程序常用的假名",
            "the client gives a name that sweeps are known to use",
        ),
    ),
    (
        "foreign",
        Message("发来的不是网页协议", "what it sent is another protocol than the web's"),
    ),
    ("proxy", Message("试图把服务器当作代理", "it tries to use the server as a proxy")),
    (
        "unpublished",
        Message(
            "索取不会对外公开的一类文件（隐藏文件、备份、整站压缩包）",
            "it asks for a kind of file that no site publishes (hidden, a backup, an archive)",
        ),
    ),
    (
        "script_missing",
        Message("凭空索取服务器没有的脚本", "it asks from no page for a script that is not there"),
    ),
    ("random_name", Message("请求随机文件名", "it asks for a file with a random name")),
    ("hidden", Message("以多重编码隐藏内容", "it hides its content by encoding it repeatedly")),
    (
        "overlong",
        Message(
            "同一字符重复上百次，像溢出测试",
            "it repeats one character a hundred times, as tests for overflows do",
        ),
    ),
    ("method_odd", Message("使用少见的请求方法", "it uses an unusual method")),
)
_PROBED = {
    "secret": (
        "索取不应公开的文件",
        "it asks for a file that should not be public",
    ),
    "exploit": ("访问已知漏洞的路径", "it asks for a path of a known flaw"),
    "device": ("访问设备的已知漏洞路径", "it asks for a path of a device with known flaws"),
    "shell": ("寻找他人遗留的后门", "it looks for a back door"),
    "product": ("访问常被试探的页面", "it asks for a page that scans often look for"),
}


def _parts(gauged: Gauged) -> tuple[list[str], list[str]]:
    """The reasons, strongest first."""
    zh, en = [], []
    for hit in sorted(gauged.measured.hits, key=lambda hit: -hit.strength)[:3]:
        zh.append(f"含有“{hit.of.name.zh}”类载荷的写法“{_short(hit.matched)}”")
        en.append(f"it is written as {hit.of.name.en} is (“{_short(hit.matched)}”)")
    family = gauged.measured.probe
    if family is not None:
        what_zh, what_en = _PROBED[family.kind]
        zh.append(f"{what_zh}（{family.name.zh}）")
        en.append(f"{what_en} ({family.name.en})")
    for name, told in _SIGNS:
        if gauged.measured.values[name] > 0:
            zh.append(told.zh)
            en.append(told.en)
    return zh, en


def _short(text: str) -> str:
    shown = "".join(char if char.isprintable() else "·" for char in text)
    return shown if len(shown) <= 60 else shown[:59] + "…"


def of_request(request: Request, gauged: Gauged, found: bool) -> Message:
    """One request in one sentence."""
    what_zh, what_en = ("请求", "request") if request.logged else ("载荷", "payload")
    zh, en = _parts(gauged)
    if not found:
        but_zh = f"；仅有弱迹象：{'；'.join(zh[:2])}" if zh else ""
        but_en = f"; only weak signs: {'; '.join(en[:2])}" if en else ""
        return Message(
            f"这一{what_zh}未见明显的攻击写法{but_zh}。单条普通请求不能证明访问者的意图。",
            f"This {what_en} shows no clear form of attack{but_en}. A single ordinary request "
            "says nothing of what its sender wants.",
        )
    if not zh:
        zh, en = ["整体写法接近攻击载荷"], ["it is built as attack payloads are"]
    return Message(
        f"这一{what_zh}像攻击或扫描：{'；'.join(zh[:4])}。是否得逞须看服务器的响应。",
        f"This {what_en} looks like an attack or a scan: {'; '.join(en[:4])}. Whether it "
        "succeeded must be seen from the server.",
    )


def exhibits_of(gauged: Gauged) -> tuple[Exhibit, ...]:
    """The decoded payload's classes, with what matched."""
    found = sorted(gauged.measured.hits, key=lambda hit: -hit.strength)
    if not found:
        return ()
    return (
        TableExhibit(
            title=Message("载荷的类别（解码之后）", "Classes of the payload (after decoding)"),
            columns=(Message("类别", "class"), Message("匹配的写法", "what matched")),
            rows=tuple((hit.of.name, _short(hit.matched)) for hit in found[:10]),
        ),
    )


def of_log(found: Survey) -> Message:
    """A whole log in a few sentences."""
    read = found.lines - found.unread
    gap_zh = f"另有 {found.unread} 行不是日志格式，未计入。" if found.unread else ""
    gap_en = f" {found.unread} lines are in no log form and were not counted." * bool(found.unread)
    if not found.attacks:
        return Message(
            f"检验了 {read} 条请求，没有一条明显像攻击或扫描。{gap_zh}",
            f"{read} requests were examined; none clearly looks like an attack or a scan.{gap_en}",
        )
    worst = found.worst()
    total = sum(client.attacks > 0 for client in found.clients.values())
    return Message(
        f"检验了 {read} 条请求，其中 {found.attacks} 条像攻击或扫描，来自 {total} 个客户端地址；"
        f"最多的一个有 {worst[0].attacks} 条（第 {worst[0].first} 至 {worst[0].last} 行）。{gap_zh}"
        "地址只说明请求从哪里发出，不说明是谁所为。",
        f"{read} requests were examined; {found.attacks} of them look like attacks or scans, from "
        f"{total} client address{'' if total == 1 else 'es'}; the busiest sent "
        f"{worst[0].attacks} (lines {worst[0].first} to {worst[0].last}).{gap_en} An address tells "
        "where a request was sent from, not by whom.",
    )


def tables_of(found: Survey, alarm: float) -> tuple[Exhibit, ...]:
    """The busiest clients, and the strongest lines."""
    clients = TableExhibit(
        title=Message("像攻击的请求，按客户端地址", "Requests like attacks, by client address"),
        columns=(
            Message("客户端", "client"),
            Message("请求", "requests"),
            Message("像攻击", "like attacks"),
            Message("类别", "classes"),
            Message("工具", "tools"),
            Message("行", "lines"),
        ),
        rows=tuple(
            (
                client.name,
                str(client.requests),
                str(client.attacks),
                _classes(client),
                ", ".join(sorted(client.tools)) or "–",
                f"{client.first}–{client.last}",
            )
            for client in found.worst()
        ),
    )
    lines = TableExhibit(
        title=Message("最明显的请求", "The clearest requests"),
        columns=(Message("行", "line"), Message("地址", "target"), Message("像什么", "like what")),
        rows=tuple(
            (str(one.number), _short(one.request.target), _like(one.gauged.measured.hits))
            for one in found.strongest
            if one.gauged.value >= alarm
        ),
    )
    return (clients, lines) if lines.rows else (clients,)


def _classes(client: Client) -> Message:
    """The classes of payload of a client, by id, and guesses at a password."""
    zh = en = sorted(client.classes)
    if client.doors.guessed() is not None:
        zh, en = [*zh, "猜口令"], [*en, "guesses at a password"]
    return Message(", ".join(zh) or "–", ", ".join(en) or "–")


def _like(hits: tuple[Hit, ...]) -> Message:
    if not hits:
        return Message("扫描", "a scan")
    return max(hits, key=lambda hit: hit.strength).of.name


def of_behaviour(behaviour: Behaviour) -> Message:
    """What several requests show together."""
    detail, who = behaviour.detail, behaviour.clients[0]
    where = f"{behaviour.first}–{behaviour.last}"
    if behaviour.kind == "adaptive":
        return Message(
            f"客户端 {who} 对同一路径先后试了 {detail['shapes']:.0f} 种写法不同的载荷（第 {where} "
            "行）：一种不成便换一种，是有针对性的试探。",
            f"Client {who} tried {detail['shapes']:.0f} differently built payloads on one path "
            f"(lines {where}): when one fails it turns to the next, a directed search.",
        )
    if behaviour.kind == "varied":
        return Message(
            f"客户端 {who} 发出 {behaviour.requests} 条攻击请求，几乎每条写法都不同，"
            f"分布在多个参数上，间隔约 {detail['pause']:.0f} 秒，且没有写明工具（第 {where} 行）。"
            "这与大模型驱动的扫描相符，也与人手操作相符；仅凭日志分不出两者。",
            f"Client {who} sent {behaviour.requests} attack requests, nearly each built "
            f"differently, to several parameters, about {detail['pause']:.0f} seconds apart and "
            f"without naming a tool (lines {where}). A scan steered by a language model does this, "
            "and so does a person; the log cannot tell the two apart.",
        )
    if behaviour.kind == "guessing":
        tries, names = max(detail["names"], detail["guesses"]), detail["names"]
        under = Message("", "")
        if names:
            under = Message(f"，换了 {names:.0f} 个名字", f" under {names:.0f} names")
        return Message(
            f"客户端 {who} 在同一登录入口被拒或反复尝试 {tries:.0f} 次以上{under.zh}"
            f"（第 {where} 行）：与猜口令相符；有无得手，须看服务器的登录记录。",
            f"Client {who} was refused or came back again at one door at least {tries:.0f} "
            f"times{under.en} (lines {where}): as one does who guesses passwords. Whether a guess "
            "was right, the server's record of sign-ins tells.",
        )
    return Message(
        f"{detail['clients']:.0f} 个客户端地址发出写法相同的载荷（共 {detail['same']:.0f} 条，"
        f"第 {where} 行）：像是同一工具经多个地址发出。",
        f"{detail['clients']:.0f} client addresses sent payloads of the same build "
        f"({detail['same']:.0f} in all, lines {where}): as one tool working through several "
        "addresses does.",
    )

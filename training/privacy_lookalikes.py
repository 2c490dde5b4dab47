# ruff: noqa: E501 - templates are easier to read on one line
"""Look-alikes: digits, codes and contacts that are nobody's personal information."""

from __future__ import annotations

from collections.abc import Callable

from privacy_draw import CITIES, ROADS, Draw, Text


def footer_zh(d: Draw) -> Text:
    """The foot of a company's or an authority's page."""
    city, district = d.r.choice(CITIES)
    return Text().say(
        f"{d.r.choice(['联系我们', '关于我们', '网站地图'])} 客服热线：{d.r.choice(['400', '800'])}-{d.digits(3)}-{d.digits(4)} "
        f"{d.r.choice(['', '传真：' + d.landline() + ' '])}公司地址：{city}{district}{d.r.choice(ROADS)}{d.r.randrange(1, 900)}号 "
        f"邮编：{d.digits(6)} {d.r.choice(['京', '粤', '沪', '浙'])}ICP备{d.digits(8)}号-{d.r.randrange(1, 9)} "
        f"{d.r.choice(['信达', '恒通', '华信', '云图'])}科技有限公司 版权所有 service@example.com"
    )


def orders_zh(d: Draw) -> Text:
    t = Text()
    for _ in range(d.r.randrange(1, 6)):
        t.say(
            f"订单编号：{d.digits(d.r.choice([16, 18, 19, 20]))} 下单时间：2024-0{d.r.randrange(1, 9)}-1{d.r.randrange(9)} "
            f"1{d.r.randrange(9)}:{d.r.randrange(10, 59)}:{d.r.randrange(10, 59)} 实付：¥{d.r.randrange(10, 9999)}.{d.digits(2)} 商品条码：69{d.digits(11)} "
            f"运单号：SF{d.digits(13)}\n"
        )
    return t


def machine_log(d: Draw) -> Text:
    t = Text()
    for _ in range(d.r.randrange(2, 9)):
        hexes = "".join(d.r.choice("0123456789abcdef") for _ in range(32))
        uuid = f"{hexes[:8]}-{hexes[8:12]}-4{hexes[13:16]}-a{hexes[17:20]}-{hexes[20:]}"
        t.say(
            f"2024-03-1{d.r.randrange(9)}T08:{d.r.randrange(10, 59)}:12.{d.digits(6)}Z INFO [worker-{d.r.randrange(9)}] "
            f"req={uuid} took {d.digits(4)} ns ts=17{d.digits(11)} from 10.{d.r.randrange(255)}.{d.r.randrange(255)}.{d.r.randrange(255)}:{d.r.randrange(1024, 65535)} "
            f"sha256:{hexes}{hexes[::-1]} v{d.r.randrange(9)}.{d.r.randrange(30)}.{d.r.randrange(300)}\n"
        )
    return t


def numbers_table(d: Draw) -> Text:
    t = Text()
    sep = d.r.choice([",", "\t", " ", ";"])
    width = d.r.randrange(4, 12)
    for _ in range(d.r.randrange(3, 30)):
        t.say(
            sep.join(
                d.r.choice(
                    [
                        d.digits(d.r.randrange(1, 6)),
                        f"{d.r.randrange(1000)}.{d.digits(3)}",
                        d.digits(8),
                    ]
                )
                for _ in range(width)
            )
            + "\n"
        )
    return t


def products_en(d: Draw) -> Text:
    t = Text()
    for _ in range(d.r.randrange(1, 7)):
        t.say(
            f"SKU {d.digits(8)} UPC {d.digits(12)} model {d.r.choice('ABCX')}{d.digits(4)}-{d.digits(2)} price ${d.r.randrange(5, 900)}.{d.digits(2)} "
            f"order #{d.digits(3)}-{d.digits(7)}-{d.digits(7)} tracking 1Z{d.digits(3)}AA{d.digits(10)}; call 1-800-{d.digits(3)}-{d.digits(4)} or mail support@example.com\n"
        )
    return t


LOOKALIKES: dict[str, Callable[[Draw], Text]] = {
    f.__name__: f for f in (footer_zh, orders_zh, machine_log, numbers_table, products_en)
}

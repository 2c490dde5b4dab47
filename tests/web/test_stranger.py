"""A stranger at the desk of `make demo`: weight and reason of the cloned voice in three clicks;
what is laid over a picture fades, values are read out, a recording plays only when asked, the
clock of a drill moves by itself."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from mingjian.app.examine import examine_paths
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings

from .browser import CHROMIUM, Browser
from .conftest import served
from .test_journey import RULES, axe_script

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")
EXAMPLES = Path(__file__).parents[2] / "examples"
ITEMS = ("10-customers.csv", "18-poster.png", "19-boss-call.flac")
SAID = {
    "zh": ("克隆语音", "合成、克隆语音", "由机器合成、克隆或转换", "由哪些发现得出"),
    "en": ("cloned voice", "synthetic and cloned speech", "cloned or converted", "What moved it"),
}
"""What the case is found by, the reason, the proposition, and the fold that tells more."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    running = Browser(tmp_path_factory.mktemp("profile"))
    yield running
    running.close()


@pytest.fixture(scope="module", params=["zh", "en"])
def demo(request, tmp_path_factory):
    """The desk that `make demo` makes, with some of its items, and its language."""
    settings = Settings(
        home=tmp_path_factory.mktemp("demo"), language=request.param, workers=1, actor="Li"
    )
    examine_paths([EXAMPLES / "docket" / name for name in ITEMS], settings, case="demo")
    sys.path.insert(0, str(EXAMPLES))
    try:
        import demo_desk
    finally:
        sys.path.remove(str(EXAMPLES))
    with opened_store(settings) as store:
        demo_desk.make_cases(store, settings)
        demo_desk.start_drill(store, settings)
    with served(settings) as desk:
        desk.sign_in("Stranger")
        yield desk, request.param


def _press(tab, words: str) -> None:
    """Click what a person sees under these words: a link or a fold."""
    tab.run(
        f"""(() => {{
        const one = [...document.querySelectorAll('main a, main summary')].find((one) =>
            one.checkVisibility() && one.textContent.includes({json.dumps(words)}));
        if (!one) throw new Error('not to be seen');
        if (one.href) window.left = true;
        one.click(); }})()"""
    )
    tab._settled()


def test_weight_and_reason_of_the_cloned_voice_within_three_clicks(demo, browser):
    desk, language = demo
    case, reason, proposition, fold = SAID[language]
    tab = browser.person(f"http://127.0.0.1:{desk.port}", desk.cookie)
    tab.go(f"/{language}/desk")
    _press(tab, case)
    _press(tab, "boss-call")
    seen = tab.text()
    assert "log10 LR = +0.6" in seen
    assert proposition in seen
    assert "demo-lures" in tab.run("document.querySelector('.crumbs').textContent")
    assert reason in seen
    _press(tab, fold)
    assert tab.text().count(reason) > seen.count(reason)
    assert browser.said == []


def _until(tab, script: str) -> None:
    until = time.monotonic() + 60
    while not tab.run(script):
        assert time.monotonic() < until, script
        time.sleep(0.1)


def test_a_recording_plays_when_asked_and_charts_tell_their_values(demo, browser):
    desk, language = demo
    tab = browser.person(f"http://127.0.0.1:{desk.port}", desk.cookie)
    items = desk.ask("/en/items.json?name=demo-lures").json()["items"]
    browser.asked.clear()
    tab.go(f"/{language}/evidence?sha256={items[0]['sha256']}&case=demo-lures")
    assert not [url for url in browser.asked if "sound.wav" in url]
    box = "document.querySelector('.sounding svg').getBoundingClientRect()"
    where = tab.run(f"(() => {{ const b = {box}; return [b.left + b.width / 2, b.top + 60] }})()")
    tab.run(f"window.scrollTo(0, {where[1] - 300})")
    x, y = tab.run(f"(() => {{ const b = {box}; return [b.left + b.width / 2, b.top + 60] }})()")
    for kind in ("mousePressed", "mouseReleased"):
        tab._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
    _until(tab, "document.querySelector('audio').currentTime > 5")
    tab.run("document.querySelector('audio').pause()")
    assert [url for url in browser.asked if "sound.wav" in url]
    # Values, by the keys: the frame of the curve takes the focus, arrows step.
    tab.run("document.querySelector('.chart .wide').focus()")
    first = tab.run("document.querySelector('.readout').textContent")
    for kind in ("keyDown", "keyUp"):
        tab._call("Input.dispatchKeyEvent", type=kind, key="ArrowLeft", code="ArrowLeft")
    second = tab.run("document.querySelector('.readout').textContent")
    assert first
    assert second
    assert first != second
    assert browser.said == []


def test_what_is_laid_over_a_picture_fades(demo, browser):
    desk, language = demo
    tab = browser.person(f"http://127.0.0.1:{desk.port}", desk.cookie)
    items = desk.ask("/en/items.json?name=demo").json()["items"]
    poster = next(item for item in items if item["path"].endswith("poster.png"))
    tab.go(f"/{language}/evidence?sha256={poster['sha256']}&case=demo")
    assert tab.run("document.querySelector('.laid-over').checkVisibility()") is False
    shown = tab.run(
        """(() => {
        const box = document.querySelector('.laid-over'), slider = box.querySelector('input');
        box.closest('details').open = true;
        slider.value = 25;
        slider.dispatchEvent(new Event('input'));
        const faded = box.querySelector('.over').getAttribute('opacity');
        return [box.querySelector('label').hidden, faded];
        })()"""
    )
    assert shown == [False, "0.25"]
    page = desk.ask(f"/{language}/evidence?sha256={poster['sha256']}&case=demo").body
    assert '<noscript><p class="fine">' in page
    assert '<use href="#drawing-1"/>' in page
    assert browser.said == []


def test_the_clock_of_a_drill_moves_and_what_is_typed_stays(demo, browser):
    desk, language = demo
    tab = browser.person(f"http://127.0.0.1:{desk.port}", desk.cookie)
    tab.go(f"/{language}/drill?name=rogue_agent&case=demo-drill")
    clock = "document.querySelector('#clock .now').textContent"
    before = tab.run(f"window.stayed = true; {clock}")
    _until(tab, f"{clock} !== {json.dumps(before)}")
    typed = "document.querySelector('#waiting textarea')"
    _until(tab, f"{typed} !== null")
    tab.run(f"{typed}.value = '拔网线'")
    between = tab.run(clock)
    _until(tab, f"{clock} !== {json.dumps(between)}")
    assert tab.run(f"{typed}.value") == "拔网线"
    assert tab.run("window.stayed")
    assert browser.said == []


def test_axe_finds_nothing_where_there_is_something_to_see_and_hear(demo, browser):
    desk, language = demo
    axe, wrong = axe_script(), []
    tab = browser.person(f"http://127.0.0.1:{desk.port}", desk.cookie)
    desk.post("/en/find/keep-view?q=boss", {"view": "calls"})
    items = desk.ask("/en/find.json").json()["items"]
    pages = [f"evidence?sha256={item['sha256']}&case={item['case']}" for item in items]
    for dark in (False, True):
        tab.dark(dark)
        for page in (*pages, "find?q=boss", "drill?name=rogue_agent&case=demo-drill"):
            tab.go(f"/{language}/{page}")
            tab.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            tab.run(axe + "; true")
            wrong += tab.run(
                f"axe.run(document, {RULES}).then((done) => done.violations.map((one) =>"
                "one.id + ': ' + one.nodes.slice(0, 3).map((node) => node.html).join(' | ')))"
            )
    assert not wrong, "\n".join(wrong)

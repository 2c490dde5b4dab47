"""Pictures of every screen of the desk: `make demo`, then `python docs/make_desk_pictures.py`.

Each page in Chinese and English, light and dark, on a wide screen and on a phone. A sheet a page
goes to docs/pictures/desk/; `--whole FOLDER` also keeps every picture at its full size, to look at.
Needs Chromium (Debian: apt-get install chromium).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.web.browser import Browser  # noqa: E402
from tests.web.conftest import Desk, served  # noqa: E402

from mingjian.app.access import Role  # noqa: E402
from mingjian.app.settings import Settings  # noqa: E402

WIDTHS = (1440, 390)
TALLEST = 2_400
"""Pixels of a page that a sheet shows, at full size."""
SCALE = 0.4
GAP = 12
ADMIN_PAGES = {"admin", "account", "sessions", "sign-ins", "installation"}


def queries(desk: Desk) -> dict[str, dict[str, str]]:
    """What each page is asked for in the demo; a page that is left out is asked for as it is."""
    items = desk.ask("/en/items.json?name=demo-lures").json()["items"]
    voice = next(item for item in items if item["path"].endswith("19-boss-call.flac"))
    alerts = desk.ask("/en/alerts.json").json()["alerts"]
    first = {"id": str(alerts[0]["id"])}
    leak, drill = {"name": "demo-leak"}, {"case": "demo-drill", "name": "rogue_agent"}
    of_case = (
        "case", "conducts", "case-law", "duties", "incident", "relations", "timeline", "history",
        "report",
    )  # fmt: skip
    return {
        **dict.fromkeys(of_case, leak),
        "items": {"name": "demo"},
        "evidence": {"case": "demo-lures", "sha256": voice["sha256"]},
        "law": {"q": "诈骗"},
        "article": {"ref": "criminal-law/266"},
        "conduct": {"id": "fraud.deepfake"},
        "detector": {"name": "audio.synthetic"},
        "alert": first,
        "alert-notice": {**first, "audience": "authority"},
        "playbook": {"name": "voice_clone_transfer"},
        "drill": drill,
        "situation": {"every": "year"},
        "situation-rows": {"every": "year", "number": "N1"},
        "account": {"name": "pictures admin"},
    }


def pages() -> Iterator[str]:
    """Every page but the one that shows a running examination."""
    from mingjian.web.pages import PAGES

    yield from (name for name in PAGES if name != "examination")


def sheet(pictures: list[Path]) -> Image.Image:
    """The pictures side by side, each made smaller and cut at the bottom."""
    small = []
    for path in pictures:
        with Image.open(path) as image:
            cut = image.convert("RGB").crop((0, 0, image.width, min(image.height, TALLEST)))
        size = round(cut.width * SCALE), max(1, round(cut.height * SCALE))
        small.append(cut.resize(size, Image.Resampling.LANCZOS))
    width = sum(one.width for one in small) + GAP * (len(small) + 1)
    made = Image.new("RGB", (width, max(one.height for one in small) + 2 * GAP), "#888888")
    left = GAP
    for one in small:
        made.paste(one, (left, GAP))
        left += one.width + GAP
    return made


def take(home: Path, whole: Path, wanted: list[str], out: Path) -> None:
    settings = Settings(home=home, workers=1)
    with served(settings) as desk, tempfile.TemporaryDirectory() as profile:
        lead, admin = (Desk(desk.port, desk.door) for _ in range(2))
        lead.sign_in("pictures")
        admin.sign_in("pictures", Role.ADMIN)
        asked, base = queries(lead), f"http://127.0.0.1:{desk.port}"
        browser = Browser(Path(profile))
        try:
            own, theirs = (browser.person(base, one.cookie) for one in (lead, admin))
            for name in wanted or pages():
                tab = theirs if name in ADMIN_PAGES else own
                taken = []
                for language in ("zh", "en"):
                    for theme in ("light", "dark"):
                        for width in WIDTHS:
                            tab.size(width)
                            tab.dark(theme == "dark")
                            tab.go(f"/{language}/{name}?{urlencode(asked.get(name, {}))}")
                            path = whole / f"{name}.{language}.{theme}.{width}.png"
                            tab.picture(path)
                            wide = tab.run("document.documentElement.scrollWidth")
                            if wide > width:
                                print(f"wider than the screen: {path.name} ({wide})")
                            taken.append(path)
                sheet(taken).save(out / f"{name}.webp", quality=60, method=6)
        finally:
            browser.close()
    for said in sorted(set(browser.said)):
        print("said:", said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--home", type=Path, default=ROOT / "demo-out/home")
    parser.add_argument("--whole", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/pictures/desk")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        whole = chosen.whole or Path(scratch)
        whole.mkdir(parents=True, exist_ok=True)
        take(chosen.home, whole, chosen.pages, chosen.out)


if __name__ == "__main__":
    main()

"""The page of a recording and of bytes: the player's sound, the byte map, custody, values."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
import soundfile

from mingjian.app.examine import examine_paths
from mingjian.app.listen import RATE
from mingjian.app.settings import Settings
from mingjian.web.byte_map import WIDTH, byte_map
from mingjian.web.render import curve_values

from .conftest import Desk, served

CASE = "sound"


def _tone(seconds: float = 1.5, rate: int = 8_000) -> np.ndarray:
    return 0.4 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """A desk with a recording, one that is no sound in truth, and a pickle that makes a call."""
    folder = tmp_path_factory.mktemp("recordings")
    soundfile.write(folder / "tone.flac", _tone(), 8_000)
    (folder / "broken.wav").write_bytes(b"RIFF\x24\x10\x00\x00WAVEfmt " + b"\xff" * 200)
    (folder / "call.pkl").write_bytes(b"cos\nsystem\n(S'echo mingjian'\ntR.")
    settings = Settings(home=tmp_path_factory.mktemp("home"), workers=1)
    examine_paths([folder], settings, case=CASE)
    with served(settings) as desk:
        desk.sign_in()
        items = desk.ask(f"/en/items.json?name={CASE}").json()["items"]
        yield desk, {item["path"].rpartition("/")[2]: item["sha256"] for item in items}


def _sound(desk: Desk, sha256: str, **headers: str):
    """Status, headers and bytes: a `Reply` reads its body as text."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=60)
    given = {"Cookie": desk.cookie, **headers}
    connection.request("GET", f"/en/evidence/sound.wav?sha256={sha256}", headers=given)
    reply = connection.getresponse()
    data = reply.read()
    connection.close()
    return reply.status, reply.headers, data


def test_sound_is_made_anew(heard):
    desk, named = heard
    status, headers, data = _sound(desk, named["tone.flac"])
    assert (status, headers["Content-Type"]) == (200, "audio/wav")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "media-src 'self'" in headers["Content-Security-Policy"]
    with wave.open(io.BytesIO(data)) as made:
        assert (made.getframerate(), made.getnchannels(), made.getsampwidth()) == (RATE, 1, 2)
        assert made.getnframes() / RATE == pytest.approx(1.5, abs=0.01)
        samples = np.frombuffer(made.readframes(made.getnframes()), "<i2")
    assert np.abs(np.fft.rfft(samples[:RATE])).argmax() == pytest.approx(440, abs=1)
    status, headers, piece = _sound(desk, named["tone.flac"], Range="bytes=44-143")
    assert (status, piece) == (206, data[44:144])
    assert headers["Content-Range"] == f"bytes 44-143/{len(data)}"
    assert _sound(desk, named["tone.flac"], Range="bytes=99999999-")[0] == 200


def test_what_is_no_sound_is_not_played(heard):
    desk, named = heard
    for sha256 in (named["call.pkl"], named["broken.wav"], "0" * 64, "../x", ""):
        status, headers, _ = _sound(desk, sha256)
        assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8"), sha256


def test_nobody_listens_without_a_session(heard):
    desk, named = heard
    assert _sound(Desk(desk.port, desk.door), named["tone.flac"])[0] == 401


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_offers_what_the_issue_lists(heard, language):
    desk, named = heard
    page = desk.ask(f"/{language}/evidence?sha256={named['tone.flac']}&case={CASE}").body
    assert 'preload="none"' in page
    assert "autoplay" not in page
    assert f"/{language}/evidence/sound.wav?sha256={named['tone.flac']}" in page
    pickle = desk.ask(f"/{language}/evidence?sha256={named['call.pkl']}&case={CASE}")
    assert "<audio" not in pickle.body
    assert 'class="bytemap"' in pickle.body
    for anchor in ("weights", "findings", "bytes", "gaps", "origin", "custody"):
        assert f'href="#{anchor}"' in pickle.body
        assert f'id="{anchor}"' in pickle.body


def test_custody_of_an_item_is_on_its_page(heard):
    desk, named = heard
    told = desk.ask(f"/en/evidence.json?sha256={named['call.pkl']}&case={CASE}").json()
    assert [one["what"]["zh"] for one in told["custody"]["rows"]] == ["收取材料", "检验完毕"]
    assert told["custody"]["of"] == 2


def _record(size: int, **finding: object) -> dict:
    said = {"zh": "某处", "en": "somewhere"}
    whole = {"signal": "x.y", "because": said, "quiet": False, "where": [], "exhibits": []}
    return {"size": size, "examinations": [{"findings": [{**whole, **finding}]}]}


def test_byte_map_places_ranges_within_the_file():
    where = [{"type": "bytes", "start": start, "end": end} for start, end in ((0, 1), (900, 5_000))]
    rows = byte_map(_record(1_000, where=where))["rows"]
    assert [(row["start"], row["end"]) for row in rows] == [(0, 1), (900, 1_000)]
    assert all(row["x"] >= 0 and row["x"] + row["w"] <= WIDTH for row in rows)
    link = {"offset": 999, "code": "R", "meaning": {"zh": "调用", "en": "calls"}}
    [row] = byte_map(_record(1_000, exhibits=[{"type": "chain", "links": [link]}]))["rows"]
    assert row["because"]["en"] == "calls"
    assert row["x"] + row["w"] == WIDTH
    assert byte_map(_record(0, where=where)) is None
    assert byte_map(_record(10)) is None


def test_values_of_curves_stand_beside_them():
    axis = {"first": 0.0, "last": 10.0, "unit": "s", "name": {"zh": "时", "en": "time"}}
    line = [[float(x), float(x * x)] for x in range(11)]
    curves = [{"points": line}, {"points": [[5.0, 1.0]]}]
    rows = curve_values({"across": axis, "curves": curves})
    assert [row["x"] for row in rows] == list(range(11))
    assert rows[5]["values"] == [25.0, 1.0]
    assert rows[4]["values"] == [16.0, None]
    assert [rows[0]["at"], rows[-1]["at"]] == [58.0, 628.0]
    many = [{"points": [[at / 100, 0.0] for at in range(1_000)]}]
    assert len(curve_values({"across": axis, "curves": many})) <= 60

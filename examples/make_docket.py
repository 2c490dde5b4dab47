"""Make the demo docket anew: `python examples/make_docket.py` writes examples/docket/.

Everything in it is invented and made here, with fixed seeds; the C2PA picture and the
certificate of its authority (examples/demo-ca.pem) are signed with fresh keys each time. The
recording is kept as it is: `make_voice.py` speaks it, with a model far larger than the docket.
"""

from __future__ import annotations

from pathlib import Path

import docket_files as files
import docket_texts as texts

HERE = Path(__file__).parent
LIMIT = 3_000_000
VOICE = "19-boss-call.flac"


def items() -> dict[str, bytes]:
    """Every item by its file name, and the authority's certificate last."""
    signed, authority = files.c2pa_jpeg()
    return {
        "01-investment-chat.txt": texts.CHAT.encode(),
        "02-parcel-notice.eml": files.parcel_mail(),
        "03-measurements.npy": files.array_npy(),
        "04-settings.pkl": files.settings_pickle(),
        "05-labelled.png": files.labelled_png(),
        "06-label-malformed.jpg": files.malformed_jpeg(),
        "07-lake.png": files.comfyui_png(),
        "08-signed.jpg": signed,
        "09-notice.txt": texts.NOTICE.encode(),
        "10-customers.csv": texts.people().encode("utf-8-sig"),
        "11-railway.html": texts.PAGE.encode(),
        "12-inspection.docx": files.report_docx(),
        "13-statement.pdf": files.statement_pdf(),
        "14-backup.zip": files.bomb_zip(),
        "15-half.jpg": files.truncated_jpeg(),
        "16-access.log": texts.web_log().encode(),
        "17-agent.jsonl": texts.agent_trace().encode(),
        "18-poster.png": files.qr_png(),
        VOICE: (HERE / "docket" / VOICE).read_bytes(),
        "../demo-ca.pem": authority,
    }


def main() -> None:
    folder = HERE / "docket"
    folder.mkdir(exist_ok=True)
    total = 0
    for name, data in items().items():
        (folder / name).write_bytes(data)
        total += len(data)
        print(f"{len(data):>9}  {name}")
    if total > LIMIT:
        raise SystemExit(f"the docket is {total} bytes, more than {LIMIT}")


if __name__ == "__main__":
    main()

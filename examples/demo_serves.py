"""`make demo` without a terminal: the desk is started, asked for a page, and stopped.

python examples/demo_serves.py MINGJIAN LANGUAGE
"""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request


def main() -> None:
    mingjian, language = sys.argv[1:]
    command = [mingjian, "serve", "--port", "0", "--first", "Li", "--lang", language]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as desk:
        try:
            assert desk.stdout is not None
            first = desk.stdout.readline().strip()
            address = first[first.index("http://") :]
            try:
                with urllib.request.urlopen(address, timeout=30) as page:
                    shown = page.read().decode()
            except urllib.error.HTTPError as asked_to_sign_in:
                shown = asked_to_sign_in.read().decode()
        except (ValueError, OSError) as error:
            sys.exit(f"the desk did not answer: {error}")
        finally:
            desk.terminate()
    if 'type="password"' not in shown:
        sys.exit("the desk answered with something that is no page to sign in at")
    print(f"✓ {address}")


if __name__ == "__main__":
    main()

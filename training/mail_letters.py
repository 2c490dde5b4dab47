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
abilian           pip abilian-sbe==1.1.15                      LGPL-2.0-or-later
academiccommunity pip django-academic-community==0.0.1.dev0    EUPL-1.2
adjutant          pip python-adjutant==13.0.0                  Apache-2.0
adjutant          pip stacktask==0.1.3                         Apache-2.0
aldryn            pip aldryn-jobs==3.0.0                       BSD
aleksis           pip aleksis-app-tezor==1.2                   EUPL-1.2-or-later
aleksis           pip aleksis-core==4.0.4                      EUPL-1.2-or-later
allianceauth      pip allianceauth==5.5.0                      GPL-2.0
apostrophe        npm apostrophe@4.32.2                        MIT
arches            pip arches==8.1.5                            AGPL-3.0-or-later
askbot            pip askbot==0.13.0                           GPL-3.0-or-later
bda               pip bda.plone.orders==2.0b2                  GPL
bodhi             pip bodhi-server==26.4.0                     GPL-2.0-or-later
byro              pip byro==2023.1.0                           Apache-2.0
canaille          pip canaille==0.3.6                          MIT
cartridge         pip cartridge==1.3.4                         BSD
castle            pip castle.cms==2.25.0                       GPL-2.0
ckan              pip ckan==2.12.0                             AGPL-3.0-or-later
ckan              pip ckanext-datarequests==1.1.0              AGPL-3.0
cmsmoderation     pip djangocms-moderation==2.5.1              BSD
coko              npm @coko/server@4.22.0                      MIT
coldfront         pip coldfront==1.1.10                        AGPL-3.0-or-later
collectivecart    pip collective.cart.shopping==0.12.2         BSD
cubicweb          pip cubicweb-registration==0.14.0            LGPL
danceschool       pip django-danceschool==0.9.3                BSD
devise            apt ruby-devise                              MIT
djaodjin          pip djaodjin-saas==1.3.1                     BSD-2-Clause
djaodjin          pip djaodjin-signup==0.11.4                  BSD-2-Clause
djappointment     pip django-appointment==3.12.0               Apache-2.0
djcomments        pip django-comments-ink==0.4.0               MIT
djcomments        pip django-comments-xtd==2.10.13             BSD-2-Clause
djcomments        pip django-fluent-comments==3.0              Apache-2.0
djcrm             pip django-crm==0.9.0                        MIT
djenvelope        pip django-envelope==1.4                     MIT
djflock           pip django-flock==0.3.0                      BSD
djinformant       pip django-informant==1.1.0                  MIT
djmagiclink       pip django-magiclink==1.3.0                  MIT
djmailinglist     pip django-mailinglist==0.1.7                AGPL-3.0
djnotification    pip django-notification==1.3.3               MIT
djoser            pip djoser==2.3.5                            MIT
djplans           pip django-plans==2.8.2                      MIT
djstripe          pip django-stripe-payments==2.0.0            MIT
djtodo            pip django-todo==2.7.0                       BSD-3-Clause
dokuwiki          apt dokuwiki                                 GPL-2.0
ecomplus          npm @ecomplus/transactional-mails@2.2.2      MIT
edx               pip edx-proctoring==6.1.4                    AGPL-3.0
endi              pip endi==2026.4.7                           GPL-3.0
ephios            pip ephios==0.27.1                           MIT
euphorie          pip Euphorie==20.1.0                         GPL
eventregistration pip Products.EventRegistration==1.0.4        GPL
evershop          npm @evershop/evershop@2.2.1                 GPL-3.0
flask             pip flask-security==5.9.2                    MIT
froide            pip froide==5.0.0                            MIT
geonode           pip geonode==5.1.1                           GPL-3.0
ghost             npm ghost@6.65.0                             MIT
girder            pip girder==5.0.21                           Apache-2.0
helpdesk          pip django-helpdesk==2.6.1                   BSD-3-Clause
ihatemoney        pip ihatemoney==7.2.1                        BSD
invenio           pip invenio-accounts==9.1.0                  MIT
invenio           pip invenio-app-ils==9.0.1                   MIT
invenio           pip invenio-app-rdm==14.0.5                  MIT
invenio           pip invenio-communities==29.3.0              MIT
invenio           pip invenio-requests==15.2.2                 MIT
invenio           pip oarepo-requests==2.5.8                   MIT
invitations       pip django-invitations==2.1.0                GPL-3.0
jhipster          npm generator-jhipster@9.4.0                 Apache-2.0
juntagrico        pip juntagrico-assignment-request==2.0.1     LGPL-3.0
juntagrico        pip juntagrico==2.0.10                       LGPL-3.0
kegbot            pip kegbot==1.2.3                            GPL-2.0
keycloak          npm @keycloakify/email-native@260007.0.0     Apache-2.0
kiwitcms          pip kiwitcms==12.4                           GPL-2.0
kotti             pip Kotti==2.0.9                             Repoze
lava              apt lava-server                              AGPL-3.0-or-later
lemur             pip lemur==1.9.3                             Apache-2.0
lino              pip lino==26.10.8                            AGPL-3.0
magicauth         pip django-magicauth==1.0.2                  MIT
maildigest        pip collective.maildigest==1.0               GPL
mailing           npm mailing@1.1.0                            MIT
mediagoblin       pip mediagoblin==0.9.0                       AGPL-3.0-or-later
mediawiki         apt mediawiki                                GPL-2.0-or-later
meshcentral       npm meshcentral@1.1.55                       Apache-2.0
mezzanine         pip mezzanine==6.1.1                         BSD
misago            pip misago==0.39.6                           GPL-2.0
modoboa           pip modoboa==2.12.0                          ISC
nemo              pip NEMO==8.1.5                              public domain
newsletter        pip django-newsletter==1.2.1                 AGPL-3.0-or-later
nocobase          npm @nocobase/plugin-auth@2.2.15             Apache-2.0
nodebb            npm nodebb@1.4.0                             GPL-3.0
noggin            pip noggin-aaa==1.11.0                       MIT
nopassword        pip django-nopassword==5.0.0                 MIT
odoo              pip odoo-addon-account-invoice-overdue-reminder==18.0.1.6.0 AGPL-3.0
odoo              pip odoo-addon-account-payment-notification==19.0.1.0.1 LGPL-3.0
odoo              pip odoo-addon-contract==19.0.1.2.1.2        AGPL-3.0
odoo              pip odoo-addon-cooperator==16.0.1.4.0.3      AGPL-3.0
odoo              pip odoo-addon-energy-communities-cooperator==16.0.0.8.5 AGPL-3.0
odoo              pip odoo-addon-helpdesk-mgmt==19.0.1.3.2     AGPL-3.0
odoo              pip odoo-addon-hr-expense-advance-overdue-reminder==15.0.1.0.0.14 AGPL-3.0
odoo              pip odoo-addon-hr-holidays-summary-email==16.0.1.0.1.4 AGPL-3.0
odoo              pip odoo-addon-license-ocad-mail==18.0.1.0.0 AGPL-3.0
odoo              pip odoo-addon-privacy-consent==18.0.1.0.0.5 AGPL-3.0
odoo              pip odoo-addon-rma==19.0.1.0.4.2             AGPL-3.0
odoo              pip odoo-addon-website-event-crm-invitation==19.0.1.0.0.2 AGPL-3.0
onegov            pip onegov.gazette==1.25.0                   GPL-2.0
onegov            pip onegov.org==1.6.1                        GPL-2.0
onegov            pip onegov.swissvotes==1.2.5                 GPL-2.0
onegov            pip onegov.wtfs==1.4.2                       GPL-2.0
opencve           pip opencve==1.5.0                           BSD
openhelpdesk      pip open-helpdesk==0.4.4                     BSD
opensubmit        pip opensubmit-web==0.7.17                   AGPL-3.0
openwisp          pip openwisp-users==1.3.2                    BSD
organizations     pip django-organizations==2.7.0              BSD
oscar             pip django-oscar==4.2.1                      BSD
passwordreset     pip django-password-reset==2.0               BSD
plone             pip Products.CMFPlone==6.2.2                 GPL-2.0
plonehrm          pip plonehrm.absence==1.5                    GPL
ploneintranet     pip ploneintranet==7.2.0                     GPL-2.0
poi               pip Products.Poi==4.0.3                      GPL
postman           pip django-postman==4.6                      BSD-3-Clause
prenotazioni      pip redturtle.prenotazioni==2.9.0            GPL-2.0
pretalx           pip pretalx==2025.2.2                        AGPL-3.0
privacyidea       pip privacyIDEA==3.14                        AGPL-3.0-or-later
pybbm             pip pybbm==0.19.0                            BSD
rdmo              pip rdmo==2.5.2                              Apache-2.0
react             npm create-email@1.2.5                       MIT
reaction          npm @reactioncommerce/api-plugin-email-templates@1.1.7 GPL-3.0
rer               pip rer.newsletter==3.2.0                    GPL-2.0
restregistration  pip django-rest-registration==0.9.0          MIT
reviewboard       pip reviewboard==8.1                         MIT
rt                apt request-tracker5                         GPL-2.0
sails             npm sails-generate@2.0.13                    MIT
seantis           pip seantis.reservation==1.4.0               GPL-2.0
seevooplay        pip seevooplay==2.0.2                        GPL-3.0
shop              pip django-shop==1.2.4                       BSD
solomon           pip django-solomon==0.5.0                    MIT
sphene            pip django-sct==0.7                          BSD
spirit            pip django-spirit==0.14.3                    MIT
squad             pip squad==1.98                              GPL-3.0-or-later
supertokens       npm supertokens-node@24.0.3                  Apache-2.0
sympa             apt sympa                                    GPL-2.0-or-later
symposion         pip symposion==1.0b2.dev2                    MIT
synapse           pip matrix-synapse==1.163.2                  AGPL-3.0-or-later
tendenci          pip tendenci==16.30                          GPL-3.0-or-later
tenxyte           pip tenxyte==0.9.6.4.2                       MIT
trytond           pip trytond-account-payment-stripe==8.2.0    GPL-3.0-or-later
trytond           pip trytond-web-user==8.2.0                  GPL-3.0-or-later
unleash           npm unleash-server@7.5.1                     Apache-2.0
userena           pip django-userena==2.0.1                    BSD
vendure           npm @vendure/email-plugin@3.7.3              GPL-3.0-or-later
verifyemail       pip Django-Verify-Email==3.1.0               MIT
wafer             pip wafer-debconf==0.20.0                    ISC
wafer             pip wafer==0.17.0                            ISC
wagtail           pip wagtail==8.0.1                           BSD-3-Clause
waldur            pip waldur-mastermind==4.5.1                 MIT
wger              pip wger==2.1                                AGPL-3.0-or-later
wildduck          npm wildduck@1.46.1                          EUPL-1.2
wims              apt wims-lti                                 MIT
wordpress         apt wordpress-l10n                           GPL-2.0-or-later
workbench         pip workbench-crm==0.0.20210124              MIT
zipfelchappe      pip zipfelchappe==0.3.3                      BSD
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
_SAID_IN = re.compile(
    r"(?:translations/[\w-]+_|/lang/|:)([a-z]{2,3})(?:[-_]\w+)?(?:\.\w+|/[\w.]+)?$"
)
"""The language that a place speaks of."""
_PRODUCTS = (
    "AlmaLinux|BookBook|FlowiseAI|WordPress|MediaWiki|Notion|Stripe|Plaid|Vercel|Keycloak|"
    "InvenioRDM|Schipul Web Marketing|Schipul Beta|Wasp|Fedora|Red Hat|Kiwi TCMS|Review Board|"
    "Waldur|OneGov Cloud|OpenStack|OiRA|InvenioILS|OCAD|DebConf|OpenSubmit|EVE Online|Matrix|CAERP"
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
        # Old packages are described by a program that wants the setuptools that is there.
        for more in ([], ["--no-build-isolation"] if registry == "pip" else []):
            if not any(got.iterdir()):
                subprocess.run([*command, *more], cwd=got, stdout=subprocess.DEVNULL)
        if not any(got.iterdir()):
            raise SystemExit(f"{package} could not be fetched")
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
            said = _SAID_IN.search(place)
            if said and said[1] != tongue:
                continue  # a translation that was not finished, or a language not known here
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

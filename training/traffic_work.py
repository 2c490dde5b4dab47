"""Requests of people and programs at work, written for this project: ordinary, but rarely seen.

Files, calendars and contacts over WebDAV, monitors whose check fails, consoles of databases used
by their owners, query languages, maps, package registries, certificates, mail clients that look
for their settings, code in forms, servers that tell others of payments. Some name programs that
the detector's lists do not hold.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from traffic_examples import FIRST, HAN, HOSTS, WORDS, _agent, _line, _number

FILE_CLIENTS = (
    """
Microsoft-WebDAV-MiniRedir/10.0.22631|Microsoft Office Word/16.0|Microsoft Office Protocol Discovery
Microsoft Data Access Internet Publishing Provider DAV|WebDAVFS/3.0.0 (03008000) Darwin/22.6.0
WebDAVLib/1.3|davfs2/1.7.0 neon/0.32.5|gvfs/1.54.0|cadaver/0.24 neon/0.32.5|rclone/v1.64.2
Mozilla/5.0 (Macintosh) mirall/3.13.0 (build 23915) (Nextcloud)
Mozilla/5.0 (Android) Nextcloud-android/3.29
Mozilla/5.0 (iOS) Nextcloud-iOS/5.3.1|Mozilla/5.0 (Windows) mirall/5.2.1 (ownCloud)
FolderSync/3.5 Android
DAVx5/4.3.9-ose (2024/01/20; dav4jvm; okhttp/4.12.0)|iOS/16.6 (20G75) dataaccessd/1.0
macOS/14.5 (23F79) CalendarAgent/1.0|iOS/17.5.1 (21F90) remindd/1.0|Evolution/3.50.2
Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.9.0
CCM13/1 CalDavSynchronizer/4.4
SVN/1.14.2 (x86_64-pc-linux-gnu) serf/1.3.9
SVN/1.9.7 (x64-microsoft-windows) serf/1.3.9 TortoiseSVN-1.9.7
Joplin/1.0|Zotero/6.0.30|KeePass2Android/1.11|PhotoSync/4.7|Infuse-Direct/7.7|nPlayer/3.12|坚果云/4.1
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
MONITORS = (
    """
check_http/v2.4.5 (monitoring-plugins 2.4.5)|check_http/v2.2 (monitoring-plugins 2.2)|Icinga/2.14
Uptime-Kuma/1.23.11|Site24x7|StatusCake_Pagespeed_Indev|Datadog/Synthetics|Blackbox Exporter/0.25.0
ELB-HealthChecker/2.0|GoogleHC/1.0|kube-probe/1.27|Monit/5.33.0|Zabbix|PRTG Network Monitor
SLBHealthCheck
Mozilla/5.0 (compatible; UptimeRobot/2.0)|Better Stack Better Uptime Bot
HetrixTools Uptime Monitoring Bot
Werkstatt-Sitecheck/2.1|probe.py
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
TABLES = ["orders", "kunden", "students", "goods", "t_user_log", "members", "wp_posts", "bookings"]
FIELDS = ["id", "name", "price", "status", "created_at", "region", "score", "type"]


def _value(r: random.Random) -> str:
    return r.choice([f"'{r.choice(WORDS)}'", str(r.randint(1, 999)), f"'{r.choice(HAN)}'"])


def _compared(r: random.Random) -> str:
    sign = r.choice(["=", ">", "<", ">=", "<>", " LIKE ", " = "])
    return f"{r.choice(FIELDS)}{sign}{_value(r)}"


def statement(r: random.Random) -> str:
    """SQL as somebody writes it into the field that is made for it."""
    table, one, two = r.choice(TABLES), r.choice(FIELDS), r.choice(FIELDS)
    more = f" WHERE {_compared(r)}" if r.random() < 0.6 else ""
    more += f" AND {_compared(r)}" if more and r.random() < 0.4 else ""
    return r.choice(
        [
            f"SELECT * FROM {table}{more}",
            f"SELECT * FROM `{table}` WHERE `{one}` = {_value(r)}",
            f"select {one}, {two} from {table}{more} order by {one} desc limit {r.randint(1, 50)}",
            f"SELECT {one}, COUNT(*) AS n FROM {table}{more} GROUP BY {one}",
            f"SELECT a.{one}, b.{two} FROM {table} a JOIN {r.choice(TABLES)} b ON a.id = b.id",
            f"SHOW COLUMNS FROM `{table}`",
            f"UPDATE {table} SET {one} = {_value(r)} WHERE id = {r.randint(1, 99)}",
        ]
    )


def query(r: random.Random) -> str:
    """A query in another language: Lucene, PromQL, LogQL, CQL, OData, JQL, GraphQL."""
    word, other, n = r.choice(WORDS), r.choice(WORDS), r.randint(1, 90)
    return r.choice(
        [
            f'{word}:({other.upper()} OR {n}) AND NOT host:"{other}*"',
            f'status:[400 TO 499] AND path:"/{word}" AND @timestamp:[now-{n}m TO now]',
            f'sum by ({word}) (rate({other}_total{{job="{word}",code=~"5.."}}[{n}m])) > 0.{n}',
            f'{{app="{word}"}} |= "error" != "timeout" | json | level="warn"',
            f"{_compared(r)} AND {_compared(r)}",
            f"{_compared(r)} OR {_compared(r)}",
            f"{r.choice(FIELDS)} IN ('{word}','{other}') AND {_compared(r)}",
            f"contains({word},'{other}') and price gt {n}",
            f'project = {word.upper()} AND status in ("To Do", Done) ORDER BY created DESC',
            f"query($id:ID!){{{word}(id:$id){{name {other}{{id}}}}}}",
            f"{word} && !{other} || ({word}~{n % 3})",
        ]
    )


def snippet(r: random.Random) -> str:
    """Code that somebody shares, tries or asks about."""
    word, other, n = r.choice(WORDS), r.choice(WORDS), r.randint(2, 99)
    return r.choice(
        [
            f"let {word} = [{n}, {n + 1}];\nconsole.log({word}.map(x => x * {n}));",
            f"function {word}({other}) {{\n  return {other} + {n};\n}}",
            f"for {word} in range({n}):\n    {other}({word})",
            f"def {word}(x):\n    return x ** {n}",
            f'package main\nimport "fmt"\nfunc main() {{ fmt.Println("{word}") }}',
            f".{word} {{ margin: 0 {n}px; }}\n.{other} > a {{ color: #333 }}",
            f"const {word} = async () => {{ await {other}({n}) }}",
            f"# {word}\n\n- {other}\n- {n}",
            statement(r),
        ]
    )


def _sent(r: random.Random, text: str) -> str:
    return (
        quote_plus(text) if r.random() < 0.4 else quote(text, safe=r.choice(["", "/:", "()*,:'"]))
    )


def _named(r: random.Random, line: str, user: str) -> str:
    shown = f"CORP\\{user}" if r.random() < 0.15 else user
    return line.replace(" - - [", f" - {shown} [", 1)


def files_line(r: random.Random) -> str:
    """Files, calendars, contacts or versions, by a program that keeps them in step."""
    user, word = r.choice(FIRST), r.choice(WORDS)
    target = r.choice(
        [
            f"/remote.php/dav/files/{user}/{quote(r.choice(HAN))}/{word}.docx",
            f"/remote.php/dav/files/{user}/.{word}",
            f"/remote.php/dav/calendars/{user}/personal/",
            f"/remote.php/dav/addressbooks/users/{user}/contacts/",
            f"/dav/{word}/",
            f"/webdav/{user}/{word}.xlsx",
            f"/caldav/{user}/home/{_number(r)}.ics",
            f"/carddav/{user}/{_number(r)}.vcf",
            f"/svn/{word}/!svn/rvr/{_number(r)}/trunk",
            f"/sites/{word}/Shared%20Documents/{word}.pptx",
            "/.well-known/caldav",
            "/.well-known/carddav",
            "/principals/",
        ]
    )
    methods = [
        "PROPFIND",
        "REPORT",
        "GET",
        "PUT",
        "MKCOL",
        "MOVE",
        "COPY",
        "DELETE",
        "LOCK",
        "UNLOCK",
        "PROPPATCH",
        "OPTIONS",
    ]
    method = r.choices(methods, [40, 12, 12, 10, 4, 4, 2, 3, 4, 4, 3, 6])[0]
    well = {"PROPFIND": 207, "REPORT": 207, "PROPPATCH": 207, "MKCOL": 201, "MOVE": 201}
    good = well.get(method, r.choice([200, 201, 204]) if method not in ("GET", "OPTIONS") else 200)
    status = r.choices([good, 401, 404, 301, 304, 405, 412, 423, 500], [80, 7, 6, 2, 1, 1, 1, 1, 1])
    if method in ("GET", "OPTIONS") and r.random() < 0.3:
        target = r.choice(["/status.php", "/", "/ocs/v2.php/cloud/capabilities?format=json"])
    line = _line(r, method, target, status[0], "-", r.choice(FILE_CLIENTS))
    return _named(r, line, user) if status[0] not in (301, 401) and r.random() < 0.85 else line


def monitor_line(r: random.Random) -> str:
    """A monitor asks for the page it was told of, which now and then is missing."""
    word = r.choice(WORDS)
    pages = f"/ /status.php /health.php /check.asp /{word}/ping.jsp /server-status?auto /login.php"
    pages += f" /metrics /monitor.html /test.php /admin/login /{word}.html /api/health?probe={word}"
    target = r.choice(pages.split())
    status = r.choices([200, 404, 503, 500, 302, 401], [60, 24, 6, 4, 4, 2])[0]
    method = "HEAD" if r.random() < 0.25 else "GET"
    return _line(r, method, target, status, "-", r.choice(MONITORS))


def console_line(r: random.Random) -> str:
    """The owner of a database, or a learner, works in a console that he is signed in to."""
    host, text, table = r.choice(HOSTS), _sent(r, statement(r)), r.choice(TABLES)
    target = r.choice(
        [
            f"/phpmyadmin/index.php?route=/sql&db=shop&table={table}&sql_query={text}&pos=0",
            f"/pma/sql.php?db=site&sql_query={text}",
            f"/adminer.php?username=root&db=shop&sql={text}",
            f"/sqlpad/run?db=practice&stmt={text}",
            f"/course/run?lesson={r.randint(1, 30)}&code={text}",
            f"/metabase/api/dataset?query={text}",
            f"/phpmyadmin/index.php?route=/table/change&db=shop&table={table}",
            f"/pgadmin4/browser/nodes/table/{_number(r)}",
        ]
    )
    status = r.choices([200, 302, 304, 500], [90, 4, 3, 3])[0]
    page = f"https://{host}{target.partition('?')[0].rpartition('/')[0]}/"
    line = _line(r, "GET", target, status, page, _agent(r))
    return _named(r, line, r.choice(FIRST)) if r.random() < 0.3 else line


def query_line(r: random.Random) -> str:
    """A page, a program or a map asks in a query language."""
    text, layer, n = _sent(r, query(r)), r.choice(WORDS), r.randint(1, 99)
    box = f"{n},{n + 40},{n + 1},{n + 41}"
    ask = f"SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=topo:{layer}&BBOX={box}"
    target = r.choice(
        [
            f"/_search?q={text}&size={n}",
            f"/{layer}-2025.06.{n % 28 + 1:02}/_search?q={text}",
            f"/app/discover?query={text}",
            f"/api/v1/query?query={text}",
            f"/loki/api/v1/query_range?query={text}&limit={n}",
            f"/odata/{layer}?$filter={text}",
            f"/rest/api/2/search?jql={text}",
            f"/graphql?query={text}",
            f"/geoserver/wms?{ask}&CQL_FILTER={text}",
            f"/geoserver/ows?service=WFS&request=GetFeature&typeNames=topo:{layer}&cql_filter={text}",
            f"/arcgis/rest/services/{layer}/MapServer/0/query?where={text}&f=json",
            f"/solr/{layer}/select?q={text}&rows={n}",
            f"/geoserver/wms?{ask}",
        ]
    )
    programs = ["QGIS/3.28.9", "elasticsearch-py/8.9.0", "Grafana/10.4.2", "python-requests/2.31.0"]
    agent = _agent(r) if r.random() < 0.6 else r.choice(programs)
    referer = f"https://{r.choice(HOSTS)}/{layer}/" if r.random() < 0.6 else "-"
    status = r.choices([200, 304, 400, 500], [92, 3, 3, 2])[0]
    return _line(r, "GET", target, status, referer, agent)


def code_line(r: random.Random) -> str:
    """Code in a form or a link that somebody shares."""
    text, word = _sent(r, snippet(r)), r.choice(WORDS)
    target = r.choice(
        [
            f"/play?lang=js&code={text}",
            f"/run?src={text}&v=3",
            f"/paste/new?title={word}&body={text}",
            f"/format?input={text}",
            f"/questions/ask?title={word}&body={text}",
            f"/preview?markdown={text}",
            f"/questions/tagged/{r.choice(['sql-injection', 'xss', 'bash', 'eval', 'select'])}",
        ]
    )
    referer = f"https://{r.choice(HOSTS)}/" if r.random() < 0.7 else "-"
    return _line(r, "GET", target, r.choice([200, 200, 200, 304, 302]), referer, _agent(r))


def errand_line(r: random.Random) -> str:
    """One program's errand at another's: packages, certificates, settings of mail, payments."""
    word, n = r.choice(WORDS), r.randint(1, 40)
    kinds: list[tuple[str, str, str]] = [
        ("GET", f"/v2/{word}/manifests/{n}.2", "docker/24.0.7 go/go1.20.10"),
        ("HEAD", f"/v2/{word}/blobs/sha256:{r.randrange(1 << 64):064x}", "containerd/1.7.11"),
        (
            "GET",
            f"/maven2/org/{word}/{word}-core/{n}.1/{word}-core-{n}.1.pom",
            "Apache-Maven/3.9.6",
        ),
        ("GET", f"/@{word}%2f{word}-ui", "npm/10.2.4 node/v20.11.0 linux x64"),
        ("GET", f"/simple/{word}/", "pip/24.0"),
        (
            "GET",
            f"/.well-known/acme-challenge/{r.randrange(1 << 90):x}",
            "Let's Encrypt validation",
        ),
        (
            "POST",
            "/autodiscover/autodiscover.xml",
            "Microsoft Office/16.0 (Microsoft Outlook 16.0)",
        ),
        ("GET", "/.well-known/autoconfig/mail/config-v1.1.xml", "Thunderbird/115.9.0"),
        ("POST", f"/pay/{word}/notify", r.choice(["Mozilla/4.0", "Apache-HttpClient/4.5.3", "-"])),
        ("POST", f"/hooks/{word}", "GitHub-Hookshot/1a2b3c4"),
        ("POST", f"/callback/{word}?id={_number(r)}", r.choice(["Mozilla/5.0", "okhttp/3.14.9"])),
        ("GET", f"/{word}.git/info/refs?service=git-upload-pack", "git/2.43.0"),
        ("GET", "/.well-known/security.txt", _agent(r)),
        ("POST", "/xmlrpc.php?for=jetpack", "Jetpack by WordPress.com"),
    ]
    method, target, agent = r.choice(kinds)
    status = r.choices([200, 401, 404, 302, 500], [85, 6, 4, 3, 2])[0]
    return _line(r, method, target, status, "-", agent)


def work_line(r: random.Random) -> str:
    """A request of one of these kinds."""
    kinds: list[Callable[[random.Random], str]] = [
        files_line,
        monitor_line,
        console_line,
        query_line,
        code_line,
        errand_line,
    ]
    return r.choices(kinds, [26, 12, 14, 20, 14, 14])[0](r)

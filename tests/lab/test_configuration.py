"""Configuration servers in the lab: a device that downloads by curl from one that breaks, over each protocol, as the
timeline tells it."""

import json
import shutil

import pytest
from conftest import ROOT, read_assessment

TOPOLOGY = """\
id: lab-files
domain: pbx.test
hosts:
  primary: {{address: 192.0.2.11, runs: kamailio}}
  dns: {{address: 192.0.2.2, runs: dns}}
configuration_servers:
  first: {{address: 192.0.2.31}}
  second: {{address: 192.0.2.32}}
configuration:
  protocol: {protocol}
  files:
    MAC.cfg: |
      own: 1
    common.cfg: |
{common}
zone: |
  $ORIGIN pbx.test.
  $TTL 300
  @    IN SOA  dns hostmaster 1 3600 600 86400 60
  @    IN NS   dns
  @    IN A    192.0.2.11
  dns  IN A    192.0.2.2
users:
  - {{name: "1001", password: correct-horse-1001}}
grants: 3600 s
"""

SCENARIO = """\
id: generic/configuration/{id}
title: A configuration server that fails
story: The first server does what the timeline orders; the second one is whole.
vendor: generic
feature: configuration
tier: 2
tags: [files]
clauses: [RFC-3261-22]
topology: lab-files
config: |
  account.1.enable = 1
  account.1.user = 1001
  account.1.auth_user = 1001
  account.1.password = correct-horse-1001
  account.1.domain = 192.0.2.11
  account.1.registrar = 192.0.2.11
  account.1.port = 5060
  account.1.transport = udp
  account.1.expires = 3600
  dns.server.1 = 192.0.2.2
events:
  home: {{response: 200, of: REGISTER, from: primary}}
timeline:
  - {{at: start, do: {fault}}}
  - {{at: start + 1 s, do: power on}}
  - {{at: home + 4 s, do: heal first}}
  - {{at: home + 6 s, do: end}}
limit: 60 s
expect:
  - clause: RFC-3261-22
    says: the phone is home after the challenge
    see: home
"""

# The reference phone, and beside it a download of each file from each server.
DEVICE = """\
id: downloads
title: the reference phone beside curl
vendors: [generic]
capabilities: [register, dns-naptr, dns-srv, dns-a]
files:
  device.cfg: "{{{{config}}}}"
  boot: |
    (for server in 192.0.2.31 192.0.2.32; do
      for file in common.cfg 0200c6336464.cfg none.cfg; do
        curl -s -m 2 -o /dev/null {options} {protocol}://$server/$file
      done
    done) &
    exec "$@"
start: [sh, "{{{{dir}}}}/boot", "{{{{phone}}}}", --config, "{{{{dir}}}}/device.cfg", --vendor, "{{{{vendor}}}}", --address, "{{{{address}}}}", --dns, "{{{{dns}}}}", --power-on]
stop_signal: KILL
boot: 5 s
"""

# protocol -> fault, what the device's first file from the first server comes to, and the timeline's words of the rest:
# status of a file, status of a missing one
WHOLE = 4000
WORDS = {"http": ("200", "404"), "https": ("200", "404"), "ftp": ("226", "550"), "tftp": ("data", "error 1")}
CASES = [
    ("http", "refuse first", None),
    ("http", "reject first 503", ("503", 0, "refused")),
    ("http", "cut first 1000", ("200", 1000, "cut")),
    ("http", "truncate first 1000", ("200", 1000, "cut")),
    ("http", "stall first 1000", ("200", 1000, "cut")),
    ("https", "wrong certificate first", None),
    ("https", "cut first 1000", ("200", 1000, "cut")),
    ("https", "reject first 404", ("404", 0, "refused")),
    ("ftp", "reject first 550", ("550", 0, "refused")),
    ("ftp", "cut first 1000", ("", 1000, "cut")),
    ("ftp", "truncate first 1000", ("226", 1000, "cut")),
    ("tftp", "reject first 1", ("error 1", 0, "refused")),
    ("tftp", "refuse first", None),
    ("tftp", "cut first 1024", None),
]
CASES += [(protocol, f"{fault} first", None) for protocol in WORDS for fault in ("link down", "address gone")]
CASES += [("https", "unreachable first", None)]


@pytest.mark.parametrize("protocol, fault, first", CASES, ids=[f"{p}-{f.replace(' ', '-')}" for p, f, _ in CASES])
def test_a_server_that_fails_one_device(twinline, tmp_path, leftovers, monkeypatch, protocol, fault, first):
    fixtures = tmp_path / "fixtures"
    monkeypatch.setenv("TWINLINE_FIXTURES", str(fixtures))
    shutil.copytree(ROOT / "fixtures", fixtures, ignore=shutil.ignore_patterns("scenarios"))
    common = "\n".join("      " + "#" * 79 for _ in range(WHOLE // 80))
    (fixtures / "topologies" / "lab-files.yaml").write_text(TOPOLOGY.format(protocol=protocol, common=common))
    identity = "a-fault"
    scenario = fixtures / "scenarios" / "generic" / "configuration" / f"{identity}.yaml"
    scenario.parent.mkdir(parents=True)
    scenario.write_text(SCENARIO.format(id=identity, fault=fault))
    options = "--cacert {{ca}}" if protocol == "https" else ""
    device = tmp_path / "downloads.yaml"
    device.write_text(DEVICE.format(protocol=protocol, options=options))
    out = tmp_path / "run"
    done = twinline("run", f"generic/configuration/{identity}", "--device", device, "--out", out)
    assert (out / "run.json").exists(), done.stdout + done.stderr
    assessment = read_assessment(out, f"generic/configuration/{identity}")
    assert all(proof["holds"] for proof in assessment["proofs"]), assessment["proofs"]
    lines = (out / "generic/configuration" / identity / "attempt-1" / "timeline.jsonl").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    downloads = [e for e in events if e["kind"].startswith("config.") and e["subject"] == "device"]

    def answers(server):
        return [
            (e["fields"].get("status", ""), int(e["fields"]["bytes"]), e["fields"]["outcome"])
            for e in downloads
            if e["kind"] == "config.response" and e["peer"] == server
        ]

    fine, missing = WORDS[protocol]
    assert answers("second")[:2] == [(fine, WHOLE, "complete"), (fine, 7, "complete")]
    assert [(status, outcome) for status, _, outcome in answers("second")[2:]] == [(missing, "refused")]
    if first:
        status, octets, outcome = answers("first")[0]
        # A client of FTP that misses octets may leave before it is told that all is well.
        assert outcome == first[2] and (status == first[0] or fault.startswith("truncate") and status == "")
        assert outcome == "refused" or octets == first[1]
    else:
        assert WHOLE not in [octets for _, octets, _ in answers("first")]
    attempts = [e for e in downloads if e["kind"] == "config.attempt"]
    assert bool(attempts) == (protocol != "tftp")
    if fault.startswith(("link down", "address gone", "unreachable")):
        told = [e for e in events if e["kind"] == "icmp.unreachable" and e["subject"] == "device"]
        assert any(e["fields"]["code"] == "1" and e["peer"] == "first" for e in told), told
    if fault.startswith("cut") and protocol != "tftp":
        assert any(e["kind"] == "tcp.rst" and e["peer"] == "first" and e["subject"] == "device" for e in events)


def test_a_phone_is_told_to_look_for_a_new_configuration(twinline, tmp_path, leftovers):
    text = twinline("show", "generic/register/boot").stdout
    text = text[: text.index("expect:")]
    for old, new in [
        ("id: generic/register/boot", "id: generic/register/told"),
        ("topology: two-registrars\n", "topology: two-registrars-notify\n"),
        ("timeline:\n", "  told: {request: NOTIFY, from: primary}\n"
         "  answered: {response: 200, of: NOTIFY, to: primary}\ntimeline:\n"),
        ("home + 10 s, do: end", "home + 2 s, do: notify primary check-sync}\n  - {at: home + 4 s, do: end"),
    ]:
        assert old in text
        text = text.replace(old, new)
    scenario = tmp_path / "generic" / "register" / "told.yaml"
    scenario.parent.mkdir(parents=True)
    scenario.write_text(
        text + "expect:\n  - clause: RFC-3261-22\n    says: the phone answers what it is told\n    see: answered\n"
        "    after: told\n    within: [0 s, 1 s]\n"
    )
    done = twinline("run", scenario, "--device", "reference", "--out", tmp_path / "run")
    assert done.returncode == 0, done.stdout + done.stderr


# scenario -> what the device must have asked for, of whom
PLAYED = {
    "aastra/configuration/each-protocol/protocol-http": "GET",
    "aastra/configuration/each-protocol/protocol-https": "GET",
    "aastra/configuration/each-protocol/protocol-ftp": "RETR",
    "aastra/configuration/each-protocol/protocol-tftp": "RRQ",
    "aastra/configuration/first-dead/fault-unreachable": "GET",
    "aastra/configuration/link-down": "GET",
    "aastra/configuration/address-gone": "GET",
}


@pytest.mark.parametrize("scenario", PLAYED)
def test_the_reference_gets_its_configuration_from_the_server_that_is_alive(twinline, tmp_path, leftovers, scenario):
    out = tmp_path / "run"
    done = twinline("run", scenario, "--device", "reference", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assessment = read_assessment(out, scenario)
    assert {f["verdict"] for f in assessment["findings"]} == {"ok"}
    assert all(proof["holds"] for proof in assessment["proofs"])
    events = map(json.loads, (out / scenario / "attempt-1" / "timeline.jsonl").read_text().splitlines())
    asked = [e for e in events if e["kind"] == "config.request" and e["subject"] == "device" and e["peer"] == "second"]
    assert {e["fields"]["method"] for e in asked} == {PLAYED[scenario]}
    assert all(e["frame"] for e in asked)  # seen on the wire, over TLS too


def test_the_reference_boots_loses_its_outbound_proxy_and_comes_home_in_one_capture(twinline, tmp_path, leftovers):
    scenario = "aastra/configuration/then-outbound-proxy-lost"
    out = tmp_path / "run"
    done = twinline("run", scenario, "--device", "reference", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assessment = read_assessment(out, scenario)
    assert {f["verdict"] for f in assessment["findings"]} == {"ok"}
    attempt = out / scenario / "attempt-1"
    assert [path.name for path in (attempt / "record").glob("*.pcapng")] == ["capture.pcapng"]
    events = list(map(json.loads, (attempt / "timeline.jsonl").read_text().splitlines()))
    # What `twinline phone` prints of its Error Messages page.
    page = [e["fields"]["text"] for e in events if e["kind"] == "rig.error-message" and e["subject"] == "twin"]
    assert any("192.0.2.31" in text and "uses 192.0.2.32" not in text for text in page), page
    assert any("uses 192.0.2.32 instead of 192.0.2.31" in text for text in page), page

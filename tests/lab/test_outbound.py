"""SIP outbound (RFC 5626) in the lab: a phone's flow is kept alive, muted for it alone, and proven so."""

import shutil

import pytest
from conftest import ROOT, read_assessment

TOPOLOGY = """\
id: lab-outbound
domain: pbx.test
hosts:
  primary: {address: 192.0.2.11, runs: kamailio, outbound: true, flow_timer: 4 s}
  dns: {address: 192.0.2.2, runs: dns}
zone: |
  $ORIGIN pbx.test.
  $TTL 300
  @    IN SOA  dns hostmaster 1 3600 600 86400 60
  @    IN NS   dns
  @    IN A    192.0.2.11
  dns  IN A    192.0.2.2
users:
  - {name: "1001", password: correct-horse-1001}
grants: 3600 s
"""

SCENARIO = """\
id: generic/register/kept-alive
title: A flow is kept alive
story: The registrar takes part in outbound; its keep-alives are muted for a while.
vendor: generic
feature: register
tier: 2
tags: [@TAGS@]
clauses: [RFC-5626-01, RFC-5626-05]
topology: lab-outbound
config: |
  account.1.enable = 1
  account.1.user = 1001
  account.1.auth_user = 1001
  account.1.password = correct-horse-1001
  account.1.domain = 192.0.2.11
  account.1.registrar = 192.0.2.11
  account.1.port = 5060
  account.1.transport = @TRANSPORT@
  account.1.outbound = 1
  dns.server.1 = 192.0.2.2
events:
  first-try: {request: REGISTER, to: primary, where: {reg_id: 1, instance: "*", supported: "outbound, path"}}
  authorised: {request: REGISTER, to: primary, auth: credentials}
  home: {response: 200, of: REGISTER, from: primary, where: {require: outbound, flow_timer: 4, reg_id: 1}}
  pinged: {keepalive: ping, to: primary, after: home}
  answered: {keepalive: pong, from: primary, after: pinged}
timeline:
  - {at: start, do: power on}
@FAULT@
  - {at: answered + 20 s, do: end}
limit: 60 s
expect:
  - {clause: RFC-5626-01, says: both requests are of one instance, equal: [instance, reg_id], of: [first-try, authorised]}
  - {clause: RFC-5626-05, says: the flow is kept alive, see: pinged, after: home, within: [0 s, 6 s]}
  - {clause: RFC-5626-05, says: and the server answers, see: answered, after: pinged, within: [0 s, 1 s]}
  - {clause: RFC-5626-05, says: again and again, count: {keepalive: ping, to: primary}, at_least: 3, after: home, until: end}
"""
FAULT = "  - {at: answered + 1 s, do: mute keep-alives primary}\n  - {at: answered + 12 s, do: heal primary}"


@pytest.fixture
def fixtures(tmp_path, monkeypatch):
    folder = tmp_path / "fixtures"
    monkeypatch.setenv("TWINLINE_FIXTURES", str(folder))
    shutil.copytree(ROOT / "fixtures", folder, ignore=shutil.ignore_patterns("scenarios"))
    (folder / "topologies" / "lab-outbound.yaml").write_text(TOPOLOGY)

    def write(transport, fault):
        tags = "register" if transport == "udp" else f"register, {transport}"
        scenario = folder / "scenarios" / "generic" / "register" / "kept-alive.yaml"
        scenario.parent.mkdir(parents=True)
        text = SCENARIO.replace("@TRANSPORT@", transport).replace("@TAGS@", tags)
        scenario.write_text(text.replace("@FAULT@\n", fault + "\n" if fault else ""))
        return "generic/register/kept-alive"

    return write


@pytest.mark.parametrize("transport, fault", [("udp", FAULT), ("tcp", FAULT), ("tcp", "")], ids=["stun-muted", "line-ends-muted", "line-ends"])
def test_a_flow_is_kept_alive_in_both_worlds(twinline, fixtures, tmp_path, leftovers, transport, fault):
    scenario = fixtures(transport, fault)
    played = twinline("sim", scenario, "--every-reading")
    assert played.returncode == 0, played.stdout + played.stderr
    out = tmp_path / "run"
    done = twinline("run", scenario, "--device", "reference", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assessment = read_assessment(out, scenario)
    assert assessment["verdict"] == "pass"
    muted = [proof for proof in assessment["proofs"] if proof["fault"] == "mute keep-alives"]
    assert len(muted) == (2 if fault else 0)
    assert all(proof["holds"] for proof in muted), muted


def test_what_is_inside_tls_cannot_be_muted_in_the_lab(twinline, fixtures, tmp_path):
    scenario = fixtures("tls", FAULT)
    twinline("run", scenario, "--device", "reference", "--out", tmp_path / "run")
    reason = read_assessment(tmp_path / "run", scenario)["reason"]
    assert reason.startswith("keep-alives inside TLS cannot be muted for one phone in the lab")

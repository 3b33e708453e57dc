"""Calls over real servers with real audio, and the transports that the servers of the lab listen on."""

import json
import sys

import pytest
from conftest import read_assessment, run_twinline

CALL = "yealink/invite/primary-back"


@pytest.fixture(scope="module")
def call(tmp_path_factory):
    out = tmp_path_factory.mktemp("call") / "run"
    return out, run_twinline("run", CALL, "--device", "reference", "--out", out, timeout=280)


def test_a_call_goes_over_an_outbound_proxy_which_says_that_nobody_is_behind_it(twinline, tmp_path, leftovers):
    over = "generic/call/over-outbound-proxy"
    out = tmp_path / "run"
    done = twinline("run", over, "--device", "reference", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assessment = read_assessment(out, over)
    assert {f["verdict"] for f in assessment["findings"]} == {"ok"}
    assert all(proof["holds"] for proof in assessment["proofs"])


def test_whoever_is_behind_a_server_calls_the_phone_of_his_subject_alone(twinline, tmp_path, leftovers):
    called = "generic/call/taken-back"
    out = tmp_path / "run"
    done = twinline("run", called, "--device", "reference", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assessment = read_assessment(out, called)
    assert {f["verdict"] for f in assessment["findings"]} == {"ok"}
    assert assessment["control"]["healthy"] is True
    lines = (out / called / "attempt-1" / "timeline.jsonl").read_text().splitlines()
    invites = [e for e in map(json.loads, lines) if e["kind"] == "sip.request" and e["fields"]["method"] == "INVITE"]
    first_sends = {(e["subject"], e["fields"]["call_id"]) for e in invites}
    assert sorted(subject for subject, _ in first_sends) == ["device", "device", "twin", "twin"]


@pytest.mark.parametrize("device", ["baresip", "linphone", "twinkle"])
def test_soft_phones_are_called_too(twinline, tmp_path, leftovers, device):
    called = "generic/call/taken-back"
    done = twinline("run", called, "--device", device, "--out", tmp_path / "run")
    assert done.returncode == 0, done.stdout + done.stderr


def media_of(lines):
    return [entry for entry in map(json.loads, lines) if entry.get("kind") == "media"]


def test_calls_go_over_the_servers_that_the_document_says(call):
    out, done = call
    assert done.returncode == 0, done.stdout + done.stderr
    assessment = read_assessment(out, CALL)
    assert {f["verdict"] for f in assessment["findings"]} == {"ok"}
    assert assessment["control"]["healthy"] is True


@pytest.mark.parametrize("subject", ["device", "twin"])
@pytest.mark.parametrize("server", ["primary", "secondary"])
def test_audio_flows_both_ways_and_ends_with_the_call(call, subject, server):
    out, _ = call
    log = (out / CALL / "attempt-1" / "lab.log").read_text().splitlines()
    prefix = f"callee {server}-{subject}: "
    media = media_of(line.removeprefix(prefix) for line in log if line.startswith(prefix))
    assert [m["state"] for m in media] == ["started", "stopped"]
    assert media[0]["payload"] == 0 and media[0]["direction"] == "sendrecv"
    # 5 s at 50 packets a second.
    assert 200 < media[1]["sent"] < 300
    assert 200 < media[1]["received"] < 300
    assert media[1]["lost"] == 0 and media[1]["foreign"] == 0


def test_the_record_tells_of_the_audio(call):
    out, _ = call
    lines = (out / CALL / "attempt-1" / "record" / "rig.jsonl").read_text().splitlines()
    media = [e["fields"] for e in map(json.loads, lines) if e["kind"] == "rig.media"]
    assert [m["state"] for m in media] == ["started", "stopped", "started", "stopped"]


ASKER = '''
import socket, ssl, sys, time
own, ca, server = sys.argv[1:]

def ask(connection, transport):
    connection.sendall((
        f"OPTIONS sip:{server} SIP/2.0\\r\\nVia: SIP/2.0/{transport} {own}:5060;branch=z9hG4bK{transport}\\r\\n"
        f"Max-Forwards: 70\\r\\nFrom: <sip:a@{own}>;tag=1\\r\\nTo: <sip:{server}>\\r\\nCall-ID: {transport}@{own}\\r\\n"
        "CSeq: 1 OPTIONS\\r\\nContent-Length: 0\\r\\n\\r\\n").encode())
    print(transport, connection.recv(4096).split(b"\\r\\n")[0].decode(), flush=True)

time.sleep(0.3)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect((server, 5060))
udp.send(b"OPTIONS")
ask(socket.create_connection((server, 5060), 5), "TCP")
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    context = ssl.create_default_context(cafile=ca)
    context.minimum_version = context.maximum_version = version
    for name in (server, "primary.pbx.test", "pbx.test"):
        with context.wrap_socket(socket.create_connection((server, 5061), 5), server_hostname=name) as connection:
            ask(connection, "TLS")
            print(connection.version(), name, flush=True)
try:
    context.wrap_socket(socket.create_connection((server, 5061), 5), server_hostname="other.test")
except ssl.SSLCertVerificationError as error:
    print("refused other.test", flush=True)
time.sleep(60)
'''

ASKING_DEVICE = """\
id: asker
title: asks the servers over every transport
vendors: [generic]
capabilities: [register]
files:
  ask.py: |
{script}
start: [{python}, "{{{{dir}}}}/ask.py", "{{{{address}}}}", "{{{{ca}}}}", 192.0.2.11]
boot: 5 s
"""

SHORT = """\
id: generic/register/short
title: t
story: s
vendor: generic
feature: register
tier: 1
topology: two-registrars
config: |
  account.1.user = 1001
  account.1.password = correct-horse-1001
  account.1.registrar = pbx.test
timeline:
  - {at: start, do: power on}
  - {at: power-on + 4 s, do: end}
limit: 20 s
expect:
  - clause: RFC-3261-E
    says: it says something
    count: {request: REGISTER}
    at_least: 1
"""


def test_servers_answer_over_tcp_and_over_tls_with_certificates_of_the_labs_ca(twinline, tmp_path, leftovers):
    script = "".join(f"    {line}\n" for line in ASKER.splitlines())
    (tmp_path / "asker.yaml").write_text(ASKING_DEVICE.format(script=script, python=sys.executable))
    (tmp_path / "short.yaml").write_text(SHORT)
    out = tmp_path / "run"
    done = twinline("run", tmp_path / "short.yaml", "--device", tmp_path / "asker.yaml", "--out", out)
    logs = list(out.glob("**/lab.log"))
    assert logs, done.stdout + done.stderr
    said = [line.removeprefix("device: ") for line in logs[0].read_text().splitlines() if line.startswith("device: ")]
    expected = ["TCP SIP/2.0 200 OK"]
    for version in ("TLSv1.2", "TLSv1.3"):
        for name in ("192.0.2.11", "primary.pbx.test", "pbx.test"):
            expected += ["TLS SIP/2.0 200 OK", f"{version} {name}"]
    assert said == [*expected, "refused other.test"]

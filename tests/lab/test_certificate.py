"""A certificate: what holds, what does not, and that no octet of it can change unseen."""

import gzip
import hashlib
import io
import json
import random
import shutil
import subprocess
import tarfile

import pytest

from conftest import run_twinline as twinline

SCENARIO = "generic/register/boot"
SEAL = 16 + 128 + 10  # octets at the end


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A lab's folder: two runs, its key, and the certificate of the first run."""
    folder = tmp_path_factory.mktemp("lab")
    openssl("genpkey", "-algorithm", "ed25519", "-out", folder / "lab.key")
    openssl("pkey", "-in", folder / "lab.key", "-pubout", "-out", folder / "lab.pub")
    for device, out, code in (("reference", "good", 0), ("mutant/keeps-its-cseq", "bad", 1)):
        done = twinline("run", SCENARIO, "--device", device, "--out", folder / out)
        assert done.returncode == code, done.stdout + done.stderr
    done = certify(folder, "good")
    assert done.returncode == 0, done.stderr
    return folder


def certify(lab, run, *more):
    return twinline("report", lab / run, "--bundle", lab / f"{run}.tgz", "--key", lab / "lab.key", *more)


def verify(bundle, key):
    return twinline("verify", bundle, "--trust", key)


def parts(bundle):
    with tarfile.open(bundle) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def signed(path, files, key):
    """What somebody who has the key could make."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, octets in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(octets)
            tar.addfile(member, io.BytesIO(octets))
    octets = gzip.compress(packed.getvalue())
    statement = path.with_suffix(".statement")
    statement.write_text("twinline certificate " + hashlib.sha256(octets).hexdigest())
    public = openssl("pkey", "-in", key, "-pubout", "-outform", "DER")
    signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", statement)
    head = bytes.fromhex("1f8b080400000000 00ff 8400 5457 8000")
    path.write_bytes(octets + head + hashlib.sha256(public).hexdigest().encode() + signature + b"\x03\0" + bytes(8))
    return path


def altered(files, name, before, after):
    """The files with a change in one of them, and a manifest to match."""
    assert before in files[name]
    files = dict(files, **{name: files[name].replace(before, after)})
    manifest = json.loads(files["manifest.json"])
    for listed in manifest["files"]:
        if listed["name"] == name:
            listed.update(size=len(files[name]), sha256=hashlib.sha256(files[name]).hexdigest())
    return dict(files, **{"manifest.json": json.dumps(manifest).encode()})


def test_holds_on_another_machine(lab, leftovers):
    done = verify(lab / "good.tgz", lab / "lab.pub")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the certificate holds: 1 verdicts judged again" in done.stdout
    assert "1 pass" in done.stdout and "broken phones are caught" in done.stdout
    again = lab / "again"
    again.mkdir()
    first = parts(lab / "good.tgz")
    assert certify(lab, "good").returncode == 0
    second = parts(lab / "good.tgz")
    differing = [name for name in first if first[name] != second[name]]
    assert differing in ([], ["manifest.json"]), "only the time of signing differs"


def test_opens_with_every_tool(lab):
    files = parts(lab / "good.tgz")
    assert gzip.decompress((lab / "good.tgz").read_bytes())
    record = f"run/{SCENARIO}/attempt-1/record/"
    assert {record + "capture.pcapng", record + "rig.jsonl", record + "scenario.yaml", "run/report.html"} <= set(files)
    assert b"secret" not in files[record + "device.cfg"]


def test_findings_stand_at_their_packets(lab):
    """Not of the certificate: what the run leaves for Wireshark."""
    folders = [lab / run / SCENARIO / "attempt-1" for run in ("good", "bad")]
    assert not (folders[0] / "annotated.pcapng").exists()
    command = ["tshark", "-r", folders[1] / "annotated.pcapng", "-Y", "frame.comment", "-T", "fields", "-e", "frame.number", "-e", "frame.comment"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    findings = json.loads((folders[1] / "assessment.json").read_text())["findings"]
    wanted = {str(frame) for finding in findings if finding["verdict"] == "fail" for frame in finding["frames"]}
    assert wanted and wanted <= {line.split("\t")[0] for line in told}
    assert any("fail: RFC-3261-102" in line for line in told)
    assert "annotated.pcapng" in (lab / "bad" / "report.html").read_text()


def test_finds_a_changed_octet_anywhere(lab):
    octets = (lab / "good.tgz").read_bytes()
    draw = random.Random(7)
    places = [*range(12), *range(len(octets) - SEAL, len(octets), 3), *draw.sample(range(len(octets)), 30), len(octets) - 1]
    for place in places:
        changed = bytearray(octets)
        changed[place] ^= 1 << draw.randrange(8)
        (lab / "changed.tgz").write_bytes(changed)
        done = verify(lab / "changed.tgz", lab / "lab.pub")
        assert done.returncode == 65, f"octet {place}: {done.stdout}"
    for changed in (octets[:-1], octets + b"\0", octets[1:], b""):
        (lab / "changed.tgz").write_bytes(changed)
        assert verify(lab / "changed.tgz", lab / "lab.pub").returncode == 65


def test_names_what_was_changed(lab):
    octets = bytearray((lab / "good.tgz").read_bytes())
    files = altered(parts(lab / "good.tgz"), f"run/{SCENARIO}/attempt-1/assessment.json", b'"pass"', b'"fail"')
    files["manifest.json"] = parts(lab / "good.tgz")["manifest.json"]
    path = signed(lab / "named.tgz", files, lab / "lab.key")
    octets = bytearray(path.read_bytes())
    octets[-20] ^= 1  # of the signature
    path.write_bytes(octets)
    done = verify(path, lab / "lab.pub")
    assert done.returncode == 65 and "assessment.json was changed" in done.stderr


def test_takes_no_other_key(lab):
    openssl("genpkey", "-algorithm", "ed25519", "-out", lab / "other.key")
    done = verify(lab / "good.tgz", lab / "other.key")
    assert done.returncode == 65 and "not signed with the trusted key" in done.stderr
    openssl("genpkey", "-algorithm", "ed448", "-out", lab / "wrong.key")
    assert "is no Ed25519 key" in verify(lab / "good.tgz", lab / "wrong.key").stderr
    openssl("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:x", "-out", lab / "locked.key")
    done = twinline("report", lab / "good", "--bundle", lab / "no.tgz", "--key", lab / "locked.key")
    assert done.returncode == 65 and "passphrase" in done.stderr and not (lab / "no.tgz").exists()
    assert twinline("report", lab / "good", "--bundle", lab / "no.tgz").returncode == 64
    assert twinline("report", lab / "good", "--key", lab / "lab.key").returncode == 64


def test_the_key_alone_makes_no_verdict(lab):
    """A lab that signs a better verdict than its record shows is found out."""
    assert certify(lab, "bad").returncode == 0
    honest = parts(lab / "bad.tgz")
    assert verify(signed(lab / "same.tgz", honest, lab / "lab.key"), lab / "lab.pub").returncode == 0
    manifest = json.loads(honest["manifest.json"])
    for attempt in manifest["attempts"]:
        attempt.update(verdict="pass", reason="")
    kind = dict(honest, **{"manifest.json": json.dumps(manifest).encode()})
    name = f"run/{SCENARIO}/attempt-1/assessment.json"
    kind = altered(kind, name, b'\n  "verdict": "fail"', b'\n  "verdict": "pass"')
    done = verify(signed(lab / "kind.tgz", kind, lab / "lab.key"), lab / "lab.pub")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "certified pass" in done.stdout and "judged again fail" in done.stdout
    assert "the certificate does not hold" in done.stdout


def test_writes_nothing_outside(lab):
    files = dict(parts(lab / "good.tgz"))
    for name in ("run/../../outside", "/outside", "run/./x"):
        manifest = json.loads(files["manifest.json"])
        manifest["files"].append({"name": name, "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()})
        bad = dict(files, **{"manifest.json": json.dumps(manifest).encode(), name: b"x"})
        done = verify(signed(lab / "outside.tgz", bad, lab / "lab.key"), lab / "lab.pub")
        assert done.returncode == 65 and "is no name of a file of a certificate" in done.stderr
    added = dict(files, **{"run/more": b"x"})
    done = verify(signed(lab / "added.tgz", added, lab / "lab.key"), lab / "lab.pub")
    assert done.returncode == 65 and "run/more is not in its manifest" in done.stderr
    less = {name: octets for name, octets in files.items() if not name.endswith("keys.log")}
    done = verify(signed(lab / "less.tgz", less, lab / "lab.key"), lab / "lab.pub")
    assert done.returncode == 65 and "keys.log is missing" in done.stderr


def test_rests_on_records(lab):
    shutil.copytree(lab / "good", lab / "poor")
    for record in (lab / "poor").rglob("record"):
        shutil.rmtree(record)
    done = certify(lab, "poor")
    assert done.returncode == 65 and not (lab / "poor.tgz").exists()
    shutil.copytree(lab / "bad" / SCENARIO / "attempt-1", lab / "poor" / SCENARIO / "attempt-2")
    done = certify(lab, "poor")
    assert done.returncode == 65 and "no certificate can rest on this pass" in done.stderr


def test_shows_waivers_and_hides_nothing(lab):
    waivers = lab / "waivers.yaml"
    waivers.write_text(
        "waivers:\n"
        "  - clause: RFC-3261-102\n    reason: mended in the next firmware\n    signer: N. N.\n    expires: 2031-02-28\n"
    )
    done = certify(lab, "bad", "--waivers", waivers)
    assert done.returncode == 0, done.stderr
    done = verify(lab / "bad.tgz", lab / "lab.pub")
    assert "1 fail" in done.stdout
    assert "RFC-3261-102 waived by N. N. until 2031-02-28: mended in the next firmware" in done.stdout
    page = parts(lab / "bad.tgz")["run/report.html"].decode()
    assert "waived by N. N. until 2031-02-28: mended in the next firmware</p>" in page and "badge fail" in page
    waivers.write_text("waivers:\n  - clause: RFC-1\n    reason: none\n    expires: 2031-02-30\n    until: x\n")
    done = certify(lab, "bad", "--waivers", waivers)
    assert done.returncode == 65
    for said in (":2: clause", "signer", "2031-02-30", "until"):
        assert said in done.stderr

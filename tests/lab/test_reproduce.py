"""A failure of the field comes back in the lab: what `reproduce` makes of a capture is a scenario like any other."""

import json

import yaml
from conftest import ROOT

BOOT = "generic/register/boot-failover-silent-primary"
MUTANT = "mutant/skips-secondary"


def captured(twinline, folder, *device):
    """A capture of the phone, and its configuration."""
    capture, config = folder / "site.pcapng", folder / "site.cfg"
    twinline("sim", BOOT, *device, "--capture", capture)
    config.write_text(yaml.safe_load((ROOT / "fixtures" / "scenarios" / f"{BOOT}.yaml").read_text())["config"])
    return capture, "--config", config


def test_a_failure_comes_back_in_the_lab(twinline, tmp_path, leftovers):
    again = tmp_path / "again.yaml"
    made = twinline("reproduce", *captured(twinline, tmp_path, "--device", MUTANT), "--anonymise", "-o", again)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "RFC-3263-07" in made.stdout
    files = [again, tmp_path / "again-topology.yaml"]
    assert twinline("lint", *files).returncode == 0
    text = "".join(file.read_text() for file in files)
    assert not [word for word in ("pbx.test", '"1001"', "correct-horse", "192.0.2.11") if word in text], text
    for device, code in (("reference", 0), (MUTANT, 1)):
        out = tmp_path / device.replace("/", "-")
        done = twinline("run", again, "--device", device, "--strict", "--out", out)
        assert done.returncode == code, done.stdout + done.stderr
        findings = json.loads((out / "generic" / "field" / "again" / "assessment.json").read_text())["findings"]
        named = [f for f in findings if f["clause"] == "RFC-3263-07" and f["verdict"] in ("fail", "deviation")]
        assert bool(named) == (code == 1), findings


def test_nothing_is_written_where_nothing_diverges(twinline, tmp_path):
    again = tmp_path / "again.yaml"
    made = twinline("reproduce", *captured(twinline, tmp_path), "-o", again)
    assert made.returncode == 0, made.stdout + made.stderr
    assert "nothing diverges" in made.stderr
    assert not again.exists()


def test_what_is_there_stays(twinline, tmp_path):
    again = tmp_path / "again.yaml"
    again.write_text("mine")
    made = twinline("reproduce", *captured(twinline, tmp_path, "--device", MUTANT), "-o", again)
    assert made.returncode == 64
    assert "nothing is overwritten" in made.stderr
    assert again.read_text() == "mine"


def test_what_is_no_capture_is_told(twinline, tmp_path):
    junk = tmp_path / "junk.pcap"
    junk.write_text("no capture at all, whatever its name says")
    made = twinline("reproduce", junk, "-o", tmp_path / "again.yaml")
    assert made.returncode == 65, made.stdout + made.stderr
    assert "junk.pcap" in made.stderr

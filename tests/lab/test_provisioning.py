"""The reference phone gets its configuration in the lab: over each protocol from the second server, the first being
dead, and from one that dies in the file."""

import concurrent.futures
import json

import pytest
from conftest import read_assessment, run_twinline

FOLDER = "aastra/configuration"
# scenario -> what is on the Error Messages page of the twin
CASES = {
    f"{FOLDER}/each-protocol/protocol-http": "192.0.2.31 does not answer",
    f"{FOLDER}/each-protocol/protocol-https": "192.0.2.31 does not answer",
    f"{FOLDER}/each-protocol/protocol-ftp": "192.0.2.31 does not answer",
    f"{FOLDER}/each-protocol/protocol-tftp": "192.0.2.31 does not answer",
    f"{FOLDER}/first-dead/fault-refuse": "192.0.2.31 is unreachable",
    f"{FOLDER}/dies-in-the-file/fault-cut": "192.0.2.31 ends in the file (200)",
    f"{FOLDER}/missing-file-ftp": None,
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")

    def run(scenario):
        out = folder / scenario.replace("/", "-")
        return scenario, (out, run_twinline("run", scenario, "--device", "reference", "--out", out, timeout=280))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return dict(pool.map(run, CASES))


@pytest.mark.parametrize("scenario", CASES)
def test_the_phone_boots_with_its_configuration(runs, scenario):
    out, done = runs[scenario]
    assert done.returncode == 0, done.stdout + done.stderr
    assert {finding["verdict"] for finding in read_assessment(out, scenario)["findings"]} == {"ok"}
    lines = (out / scenario / "attempt-1" / "timeline.jsonl").read_text().splitlines()
    twin = [event for event in map(json.loads, lines) if event.get("subject") == "twin"]
    told = [event["fields"]["text"] for event in twin if event["kind"] == "rig.error-message"]
    shown = [event["fields"]["state"] for event in twin if event["kind"] == "rig.provisioning"]
    assert shown[0] == "downloading" and shown[-1] == "done"
    assert told == ([CASES[scenario], "uses 192.0.2.32 instead of 192.0.2.31"] if CASES[scenario] else [])

"""The rehearsal of field captures in the lab: real servers, real packets, TLS with keys. Two of its captures; all twenty with
--tier all."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "field"))
import show  # noqa: E402

SEED = int(os.environ.get("TWINLINE_SEED", "20261122"))
FULL = os.environ.get("TWINLINE_TIER") == "all"
SAMPLE = ("keeps-its-cseq", "begins-at-the-end-of-the-list")


def test_broken_phones_of_field_captures_are_named_and_come_back(tmp_path, leftovers):
    cases = [case for case in show.CASES if FULL or case.mutant in SAMPLE]
    show.check(show.rehearsed(cases, SEED, tmp_path, show.captured_in_the_lab, at_once=4))

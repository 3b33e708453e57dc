"""Sums the JUnit files of ctest and pytest into the last line of tests/run; exit code 1 when a test failed, a file is
missing, or no test passed."""
import sys
import xml.etree.ElementTree as ElementTree


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    skipped = case.find("skipped")
    if skipped is None:
        return "skipped" if case.get("status") == "disabled" else "passed"
    # ctest calls a test "not run" whose program it could not start: that is a failure, a skip is only what the test asked for.
    missing = case.get("status") == "notrun" and "SKIP" not in skipped.get("message", "")
    return "failed" if missing else "skipped"


def main(files):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    failed = []
    for name in files:
        try:
            cases = list(ElementTree.parse(name).iter("testcase"))
        except (OSError, ElementTree.ParseError) as error:
            counts["failed"] += 1
            failed.append(f"{name}: {error}")
            continue
        for case in cases:
            result = outcome(case)
            counts[result] += 1
            if result == "failed":
                failed.append(f"{case.get('classname')} {case.get('name')}")
    for name in failed:
        print(f"failed: {name}")
    print(", ".join(f"{count} {result}" for result, count in counts.items()))
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

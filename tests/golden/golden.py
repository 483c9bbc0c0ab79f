#!/usr/bin/env python3
"""Compares the reports on the samples with the reports in this folder, byte for byte.

Usage: golden.py PROGRAM SOURCE CASE. With PORTPROOF_UPDATE_GOLDEN=1 in the environment it writes the
reports instead: look at the difference before committing it."""
import os
import re
import sys

from harness import Runs

INVENTORY = ["-I", "samples/estate.toml"]

# So few attempts are kept that a flood of 400 is folded; which ones, depends on the seed.
DOUBTS = ["--max-attempts", "200", "--seed", "1"]

# Case -> arguments of `audit`, exit status.
CASES = {
    "estate": (["samples/estate.pcap", *INVENTORY], 1),
    "estate-clean": (["samples/estate-clean.pcap", *INVENTORY], 0),
    "estate-cut": (["samples/estate-cut.pcap", *INVENTORY], 2),
    "disguise": (["samples/disguise.pcap", *INVENTORY], 1),
    "doubts": (["samples/doubts.pcap", *INVENTORY, *DOUBTS], 2),
    "unread": (["samples/unread.pcapng", *INVENTORY], 2),
    "estate-no-inventory": (["samples/estate.pcap"], 1),
}

# JSON lists conversations one by one: enough of them to show every flagged one and some of each other kind.
JSON_OPTIONS = ["-T", "json", "--max-conversations", "60"]

# Changes with every edit of the catalog or with a release, and says nothing about this report.
VOLATILE = [
    (re.compile(rb"\b[0-9a-f]{64}\b"), b"SHA-256"),
    (re.compile(rb'("version": ?)"[^"]*"'), rb'\1"VERSION"'),
    (re.compile(rb"(portproof )\d+\.\d+\.\d+"), rb"\1VERSION"),
]


def steady(report):
    for pattern, replacement in VOLATILE:
        report = pattern.sub(replacement, report)
    return report


def main():
    program, source, case = sys.argv[1:]
    runs = Runs(program, source)
    arguments, status = CASES[case]
    for suffix, options in (("txt", ["-T", "text"]), ("json", JSON_OPTIONS)):
        report = steady(runs.run("audit", *arguments, *options, "--reproducible", expect=status))
        golden = runs.source / "tests" / "golden" / f"{case}.{suffix}"
        if os.environ.get("PORTPROOF_UPDATE_GOLDEN") == "1":
            golden.write_bytes(report)
            print("written:", golden)
        elif not golden.exists():
            runs.fault(f"{golden} does not exist; PORTPROOF_UPDATE_GOLDEN=1 writes it")
        else:
            runs.same(f"{golden.name} and the current report", golden.read_bytes(), report)
    runs.finish()


main()

#!/usr/bin/env python3
"""Every reason, qualifier, state and kind of what was not read is shown by a report in this folder, so that somebody
has looked at it as a user would. Usage: every_word.py PROGRAM SOURCE"""
import json
import re
import sys

from harness import Runs

# Kinds that only other formats than pcap and pcapng show: the records of an nstrace file.
NOT_IN_SAMPLES = {"record-without-frame"}


def first_column(page, heading):
    """The first words of the rows of a section's tables."""
    section = re.split(r"^## ", page, flags=re.MULTILINE)
    rows = [line for text in section if text.startswith(heading + "\n") for line in text.splitlines()]
    return {found.group(1) for found in (re.match(r"\| `([a-z-]+)` \|", row) for row in rows) if found}


def main():
    runs = Runs(*sys.argv[1:])
    # Other tests hold these pages to the code.
    verdicts = (runs.source / "docs" / "use" / "verdicts.md").read_text()
    decoding = (runs.source / "docs" / "reference" / "decoding.md").read_text()
    known = {"reasons": set(re.findall(r"\*\*`([a-z-]+)`\*\*", verdicts)),
             "qualifiers": first_column(verdicts, "Qualifiers"),
             "states": first_column(verdicts, "State"),
             "kinds of what was not read": first_column(decoding, "What was not read") - NOT_IN_SAMPLES}
    shown = {what: set() for what in known}
    for path in sorted((runs.source / "tests" / "golden").glob("*.json")):
        report = json.loads(path.read_text())
        shown["reasons"] |= {group["reason"] for group in report["groups"]}
        shown["qualifiers"] |= set(report["totals"]["by_qualifier"])
        shown["states"] |= {state for group in report["groups"] for state in group["states"]}
        shown["kinds of what was not read"] |= {line["kind"] for entry in report["inputs"]
                                                for line in entry.get("unread", [])}
    for what, words in known.items():
        if len(words) < 4:
            runs.fault(f"{what}: not found in the manual")
        for word in sorted(words - shown[what]):
            runs.fault(f"{what}: no golden report shows {word}; add a scene to samples/")
    runs.finish()


main()

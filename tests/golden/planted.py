#!/usr/bin/env python3
"""Compares the verdicts on the samples with the tables in samples/README.md. Usage: planted.py PROGRAM SOURCE

If the story, the inventory or the verdict table is changed by accident, this test says so in words; the golden
reports say so in bytes."""
import json
import re
import sys

from harness import Runs


def tables(text, capture):
    """The tables of a Markdown text whose first columns are from, to and port: rows as dictionaries. A section is about
    `estate.pcap`, unless it names another capture."""
    text = "\n".join(section for section in text.split("\n## ") if section_is_about(section) == capture)
    header = None
    for line in text.splitlines():
        if not line.startswith("|"):
            header = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if header is None:
            header = cells
        elif header[:3] == ["from", "to", "port"] and not set(line) <= set("|- "):
            yield dict(zip(header, cells))


def section_is_about(section):
    named = re.search(r"of `([a-z]+\.pcap)` with", section)
    return named.group(1) if named else "estate.pcap"


def found(report, row):
    transport, port = row["port"].split()
    return [c for c in report["conversations"]
            if c["initiator"]["address"] == row["from"] and c["responder"]["address"] == row["to"]
            and c["transport"] == transport and c["port"] == int(port)]


def check_row(runs, report, row):
    name = f"{row['from']} -> {row['to']} {row['port']}"
    conversations = found(report, row)
    if "verdict" in row:
        expected = (row["verdict"], row["reason"] or None)
        actual = {(c["verdict"], c["reason"]) for c in conversations}
    else:
        expected = ("documented", tuple(sorted(row["qualifiers"].split())))
        actual = {(c["verdict"], tuple(sorted(c["qualifiers"]))) for c in conversations}
    # One of them is the planted one: SSH and ICA on one port are two conversations.
    if expected not in actual:
        runs.fault(f"{name}: expected {expected}, found {sorted(map(str, actual)) or 'no such conversation'}")


def check_explanation(runs, conversation):
    """`explain` gives the same verdict, without a packet, on everything that is flagged without a name."""
    words = [conversation["initiator"]["address"], conversation["responder"]["address"], conversation["transport"],
             str(conversation["port"])]
    judged = conversation.get("later_applications", [conversation["application"]])[-1]
    application = [] if judged == "unknown" else ["--application", judged]
    said = runs.run("explain", *words, *application, "-I", "samples/estate.toml", expect=0).decode().splitlines()
    expected = f"{conversation['verdict']} · {conversation['reason']}"
    if not said or not said[0].startswith(expected):
        runs.fault(f"explain {' '.join(words)}: expected '{expected}', not '{said[:1]}'")


def main():
    runs = Runs(*sys.argv[1:])
    report = json.loads(runs.run("audit", "samples/estate.pcap", "-I", "samples/estate.toml", "-T", "json", expect=1))
    readme = (runs.source / "samples" / "README.md").read_text()
    rows = list(tables(readme, "estate.pcap"))
    disguised = list(tables(readme, "disguise.pcap"))
    doubted = list(tables(readme, "doubts.pcap"))
    if len(rows) < 20 or len(disguised) < 7 or len(doubted) < 4:
        runs.fault("the tables of samples/README.md were not found")
    for row in rows:
        check_row(runs, report, row)
    disguises = json.loads(runs.run("audit", "samples/disguise.pcap", "-I", "samples/estate.toml", "-T", "json", expect=1))
    for row in disguised:
        check_row(runs, disguises, row)
    doubts = json.loads(runs.run("audit", "samples/doubts.pcap", "-I", "samples/estate.toml", "-T", "json", expect=2))
    for row in doubted:
        check_row(runs, doubts, row)

    flagged = [c for c in report["conversations"] if c["verdict"] in ("unexpected", "undocumented", "unverified")]
    planted = {(row["from"], row["to"], row["port"]) for row in rows if "verdict" in row}
    for c in flagged:
        is_scan = c["initiator"]["address"] == "10.20.5.66" and 20000 <= c["port"] < 20240
        key = (c["initiator"]["address"], c["responder"]["address"], f"{c['transport']} {c['port']}")
        if key not in planted and not is_scan:
            runs.fault(f"flagged, but not planted: {key}: {c['verdict']}, {c['reason']}")
        if key in planted:
            check_explanation(runs, c)
    scans = [g for g in report["groups"] if g["conversations"] >= 240]
    if len(scans) != 1 or scans[0]["conversations"] != 240 or scans[0]["initiators"] != 1:
        runs.fault("the port scan should be a single group")
    waivers = {w["id"]: (w["matched"], w["in_force"]) for w in report["waivers"]}
    if waivers != {"W-1": (1, True), "W-2": (1, False), "W-3": (0, True)}:
        runs.fault(f"waivers: {waivers}")
    runs.finish()


main()

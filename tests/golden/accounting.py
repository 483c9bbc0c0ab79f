#!/usr/bin/env python3
"""The accounting law, checked on the JSON report of every sample: each frame and each flow appears exactly once, and
totals, verdicts, groups and coverage add up. Usage: accounting.py PROGRAM SOURCE"""
import json
import sys

from harness import Runs


def number(value):
    """A counter, or the sum of counters by reason."""
    return sum(value.values()) if isinstance(value, dict) else value


def check_input(runs, name, entry):
    accounting = entry["accounting"]
    frames, decoded = accounting["frames"], accounting["decoded"]
    if frames != decoded + number(accounting["rejected"]):
        runs.fault(f"{name}: {frames} frames are not {decoded} decoded plus {accounting['rejected']} rejected")
    if "in_flows" in accounting:
        if decoded != accounting["in_flows"] + number(accounting.get("no_flow", {})):
            runs.fault(f"{name}: decoded frames are not the sum of frames in flows and frames without: {accounting}")
    if "flows_opened" in accounting:
        if accounting["flows_opened"] != number(accounting["flows_closed"]):
            runs.fault(f"{name}: flows opened are not flows closed: {accounting}")
    if entry["packets"] != frames:
        runs.fault(f"{name}: {entry['packets']} packets, {frames} frames")
    return frames


def check_sums(runs, name, report):
    totals, groups = report["totals"], report["groups"]
    listed = len(report["conversations"]) + report["omitted"]["conversations"]
    for what, left, right in [
            ("conversations listed and omitted", listed, totals["conversations"]),
            ("conversations by verdict", sum(totals["by_verdict"].values()), totals["conversations"]),
            ("conversations in groups", sum(g["conversations"] for g in groups), totals["conversations"]),
            ("packets in groups", sum(g["packets"] for g in groups),
             sum(c["packets"] for c in report["conversations"])),
            ("bytes in groups", sum(g["bytes"] for g in groups), sum(c["bytes"] for c in report["conversations"]))]:
        if left != right:
            runs.fault(f"{name}: {what}: {left} is not {right}")
    documented = sum(1 for c in report["conversations"] if c["verdict"] == "documented")
    covered = {rule for c in report["conversations"] if c["verdict"] == "documented" for rule in c["rules"]}
    if covered != {entry["rule"] for entry in report["coverage"]}:
        runs.fault(f"{name}: coverage names rules other than those that documented the {documented} conversations")


def main():
    runs = Runs(*sys.argv[1:])
    captures = sorted(path.name for path in (runs.source / "samples").glob("*.pcap*"))
    for name in captures:
        for inventory in ([], ["-I", "samples/estate.toml"]):
            report = json.loads(runs.run("audit", f"samples/{name}", *inventory, "-T", "json", expect=(0, 1, 2)))
            frames = sum(check_input(runs, name, entry) for entry in report["inputs"])
            if frames == 0:
                runs.fault(f"{name}: no frame was read")
            check_sums(runs, name, report)
    runs.finish()


main()

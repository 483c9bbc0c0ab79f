#!/usr/bin/env python3
"""Several ways to the same answer: saved evidence, merged pieces, any number of threads, regenerated captures.

Usage: same_answer.py PROGRAM SOURCE MAKE_ESTATE"""
import json
import pathlib
import subprocess
import sys

from harness import Runs

INVENTORY = ["-I", "samples/estate.toml"]
JSON = ["-T", "json", "--reproducible"]
HALVES = ["samples/estate-1.pcap", "samples/estate-2.pcap"]


def remade(runs, make_estate):
    subprocess.run([make_estate, runs.scratch], check=True)
    made = sorted(path.name for path in runs.scratch.glob("*.pcap*"))
    kept = sorted(path.name for path in (runs.source / "samples").glob("*.pcap*"))
    if made != kept:
        runs.fault(f"make_estate writes {made}, the folder holds {kept}")
    for name in made:
        if (runs.scratch / name).read_bytes() != (runs.source / "samples" / name).read_bytes():
            runs.fault(f"make_estate writes other bytes than samples/{name}")


def saved(runs):
    """Auditing, and judging saved evidence, give the same report."""
    for name, status in (("estate", 1), ("estate-clean", 0), ("estate-cut", 2)):
        evidence = runs.file(f"{name}.evidence")
        for form in ("text", "json"):
            options = [*INVENTORY, "-T", form, "--reproducible"]
            audited = runs.run("audit", f"samples/{name}.pcap", *options, "--save-evidence", evidence, expect=status)
            runs.same(f"{name}, {form}: audit and judge", audited, runs.run("judge", evidence, *options, expect=status))
    first = runs.file("estate.evidence").read_bytes()
    runs.run("audit", "samples/estate.pcap", "--save-evidence", runs.file("again.evidence"), expect=1)
    runs.same("evidence without and with an inventory", first, runs.file("again.evidence").read_bytes())
    runs.run("merge", runs.file("estate.evidence"), "-o", runs.file("alone.evidence"), expect=0)
    runs.same("evidence and evidence merged with nothing", first, runs.file("alone.evidence").read_bytes())


def without_frames(part):
    """JSON without any `first_frame` in it: which input, and which frame of it."""
    if isinstance(part, list):
        return [without_frames(item) for item in part]
    if isinstance(part, dict):
        return {key: without_frames(value) for key, value in part.items() if key != "first_frame"}
    return part


def without_inputs(report):
    """What must be the same for a whole capture and for its pieces: everything except the inputs with their accounting,
    and where in them something was first seen."""
    return without_frames({key: value for key, value in report.items() if key not in ("inputs", "accounting")})


def pieces(runs):
    """Two pieces, audited separately and merged in either order, are judged like both together, and like the whole."""
    evidence = [runs.file("one.evidence"), runs.file("two.evidence")]
    for capture, file in zip(HALVES, evidence):
        runs.run("audit", capture, "--save-evidence", file, expect=(0, 1, 2))
    runs.run("merge", evidence[0], evidence[1], "-o", runs.file("there.evidence"), expect=0)
    runs.run("merge", evidence[1], evidence[0], "-o", runs.file("back.evidence"), expect=0)
    there, back = (runs.file(f"{name}.evidence").read_bytes() for name in ("there", "back"))
    runs.same("evidence merged in either order", there, back)

    together = runs.run("audit", *HALVES, *INVENTORY, *JSON, "--save-evidence", runs.file("both.evidence"), expect=1)
    runs.same("evidence merged and of both captures", there, runs.file("both.evidence").read_bytes())
    judged = runs.run("judge", runs.file("there.evidence"), *INVENTORY, *JSON, expect=1)
    runs.same("judged pieces and both captures", together, judged)
    runs.same("judged pieces, merged and unmerged", judged, runs.run("judge", *evidence, *INVENTORY, *JSON, expect=1))
    runs.same("both captures, either order", together, runs.run("audit", *HALVES[::-1], *INVENTORY, *JSON, expect=1))

    whole = json.loads(runs.run("audit", "samples/estate.pcap", *INVENTORY, *JSON, expect=1))
    runs.same_data("the whole and its pieces", without_inputs(whole), without_inputs(json.loads(judged)))


def threads(runs):
    """One capture with several threads that share its flows, and several captures distributed to threads."""
    several = ["samples/estate-1.pcap", "samples/estate-2.pcap", "samples/estate-cut.pcap"]
    for captures in (["samples/estate.pcap"], several):
        answers = {}
        for count in (1, 2, 3, 8):
            file = runs.file(f"threads-{len(captures)}-{count}.evidence")
            report = runs.run("audit", *captures, *INVENTORY, *JSON, "--threads", count, "--save-evidence", file, expect=1)
            answers[count] = (report, file.read_bytes())
        for count in (2, 3, 8):
            runs.same(f"report of {len(captures)} by 1 and {count} threads", answers[1][0], answers[count][0])
            runs.same(f"evidence of {len(captures)} by 1 and {count} threads", answers[1][1], answers[count][1])
    captures, reports = several, answers
    for seed in (1, 2):
        again = runs.run("audit", *captures, *INVENTORY, *JSON, "--seed", seed, expect=1)
        runs.same(f"report with seed {seed}", reports[1][0], again)


def written(runs):
    """The same report on standard output, in a file, and for a capture on standard input."""
    report = runs.run("audit", "samples/estate.pcap", *INVENTORY, *JSON, expect=1)
    file = runs.file("report.json")
    if runs.run("audit", "samples/estate.pcap", *INVENTORY, *JSON, "-o", file, expect=1):
        runs.fault("with -o something is written to standard output")
    runs.same("report on standard output and in a file", report, file.read_bytes())
    capture = (runs.source / "samples" / "estate.pcap").read_bytes()
    streamed = json.loads(runs.run("audit", "-", *INVENTORY, *JSON, expect=1, stdin=capture))
    whole = json.loads(report)
    streamed["inputs"][0]["path"] = whole["inputs"][0]["path"]
    runs.same_data("capture from a file and from standard input", whole, streamed)


def main():
    program, source, make_estate = sys.argv[1:]
    runs = Runs(program, source)
    remade(runs, pathlib.Path(make_estate).resolve())
    saved(runs)
    pieces(runs)
    threads(runs)
    written(runs)
    runs.finish()


main()

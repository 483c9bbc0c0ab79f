#!/usr/bin/env python3
"""Filters (-f): the same result for tagged frames as for untagged ones, and the filter quoted and counted in the
reports.

Usage: filter_test.py PROGRAM SOURCE"""
import json
import struct
import subprocess
import sys

from cli import Case, Table

FIXED = ["--seed", "1", "--reproducible"]


def frames_of(capture):
    """(record header, frame) of a little-endian classic pcap file."""
    at, frames = 24, []
    while at < len(capture):
        seconds, fraction, size, wire = struct.unpack_from("<4I", capture, at)
        frames.append((seconds, fraction, wire, capture[at + 16:at + 16 + size]))
        at += 16 + size
    return frames


def tagged(capture, tags):
    """The same capture as on a trunk: `tags` after both MAC addresses of every frame."""
    whole = capture[:24]
    for seconds, fraction, wire, frame in frames_of(capture):
        frame = frame[:12] + tags + frame[12:]
        whole += struct.pack("<4I", seconds, fraction, len(frame), wire + len(tags)) + frame
    return whole


def prepare(table):
    clean = table.sample("estate-clean.pcap")
    table.write("clean.pcap", clean)
    table.write("tagged.pcap", tagged(clean, b"\x81\x00\x00\x0a"))
    table.write("twice.pcap", tagged(clean, b"\x88\xa8\x00\x14\x81\x00\x00\x0a"))
    # A link type unknown to both libpcap and this program.
    table.write("odd.pcap", struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 299)
                + struct.pack("<4I", 1_795_161_600, 0, 4, 4) + b"\0\0\0\0")


def expect(table, name, holds, what=""):
    table.faults += 0 if holds else 1
    print("ok:   " if holds else "FAULT:", name, "" if holds else what)


def run(table, *words):
    done = subprocess.run([table.program, *[word.replace("{samples}", table.samples) for word in words]], cwd=table.folder,
                          env=table.environment, capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def report(table, *words):
    status, output, errors = run(table, "audit", *words, "-I", "{samples}/estate.toml", "-T", "json", *FIXED)
    if status not in (0, 1, 2):
        expect(table, f"audit {words}", False, errors)
        return {}
    return json.loads(output)


def same_on_tags(table):
    """Whatever the filter, tags change neither what passes nor what is counted."""
    frames = len(frames_of(table.sample("estate-clean.pcap")))
    for words in ("port 443", "not port 443", "tcp port 1494 or tcp port 2598", "udp", "not (tcp or udp)"):
        plain = report(table, "clean.pcap", "-f", words)["inputs"][0]
        expect(table, f"'{words}' is quoted", plain["filter"] == words)
        expect(table, f"'{words}' loses no frame", plain["packets"] + plain["filtered_out"] == frames)
        expect(table, f"'{words}' excludes some frames, but not all", 0 < plain["filtered_out"] < frames
               or words == "not (tcp or udp)", str(plain["filtered_out"]))
        for name in ("tagged.pcap", "twice.pcap"):
            entry = report(table, name, "-f", words)["inputs"][0]
            expect(table, f"'{words}' gives the same in {name}",
                   (entry["packets"], entry["filtered_out"]) == (plain["packets"], plain["filtered_out"]), str(entry))
            expect(table, f"'{words}' does not change the period of {name}", (entry["first"], entry["last"])
                   == (plain["first"], plain["last"]))
    both = [report(table, "clean.pcap", "-f", words)["inputs"][0]["packets"] for words in ("port 443", "not port 443")]
    expect(table, "'port 443' and its opposite share the frames", sum(both) == frames)
    expect(table, "without a filter the report has no such key", "filter" not in report(table, "clean.pcap")["inputs"][0])
    # The estate has tagged frames of its own, which `port 443` has matched and which now have another outer tag.
    tagged_before = report(table, "clean.pcap", "-f", "vlan and port 443")["inputs"][0]["packets"]
    named = [report(table, name, "-f", "vlan 10 and port 443")["inputs"][0]["packets"]
             for name in ("clean.pcap", "tagged.pcap", "twice.pcap")]
    expect(table, "a filter that names vlan sees the tags",
           tagged_before > 0 and named == [0, both[0] - tagged_before, 0], str((both, tagged_before, named)))


def evidence(table):
    """Saved evidence keeps the filter, and a run can be resumed only with the same one."""
    inventory = ["-I", "{samples}/estate.toml"]
    table.run([
        Case("save one", ["audit", "clean.pcap", "-f", "port 443", *inventory, "--save-evidence", "one.evidence"], (0, 1, 2),
             output="A filter was set"),
        Case("save the other", ["audit", "tagged.pcap", *inventory, "--save-evidence", "two.evidence"], (0, 1, 2), output=None),
        Case("merge", ["merge", "one.evidence", "two.evidence", "-o", "both.evidence"], 0),
        Case("judge", ["judge", "both.evidence", *inventory], (0, 1, 2), output="port 443 (excluded"),
        Case("resume", ["audit", "clean.pcap", "-f", "port 443", *inventory, "--resume", "run.evidence"], (0, 1, 2), output=None),
        Case("resume with the same filter", ["audit", "clean.pcap", "-f", "port 443", *inventory, "--resume", "run.evidence"],
             (0, 1, 2), output="port 443"),
        Case("resume with a different filter", ["audit", "clean.pcap", "-f", "port 80", "--resume", "run.evidence"], 64,
             error="a different filter"),
        Case("resume without one", ["audit", "clean.pcap", "--resume", "run.evidence"], 64, error="a different filter"),
    ])
    inputs = json.loads(run(table, "judge", "both.evidence", *inventory, "-T", "json")[1])["inputs"]
    expect(table, "each input keeps its own filter", [entry.get("filter") for entry in
           sorted(inputs, key=lambda entry: entry["path"])] == ["port 443", None])


def main():
    table = Table(sys.argv[1], sys.argv[2])
    prepare(table)
    inventory = ["-I", "{samples}/estate.toml"]
    table.run([
        Case("the text report says so", ["audit", "clean.pcap", "-f", "port 443", *inventory], (0, 1, 2), output="A filter was set"),
        Case("and how many frames", ["audit", "clean.pcap", "--filter", "port 443", *inventory], (0, 1, 2),
             output="port 443: excluded "),
        Case("a filter with an error", ["audit", "clean.pcap", "-f", "prt 443"], 64, error="the filter 'prt 443' cannot be"),
        Case("before any capture is opened", ["audit", "none.pcap", "-f", "tcp and"], 64, error="syntax error"),
        Case("in flows, too", ["flows", "none.pcap", "-f", "tcp and"], 64, error="'tcp and'"),
        Case("an empty filter", ["audit", "clean.pcap", "-f", " "], 64, error="the filter is empty"),
        Case("a filter that needs a live capture", ["audit", "clean.pcap", "-f", "inbound"], 64, error="only a live capture"),
        Case("flows that pass", ["flows", "tagged.pcap", "-f", "port 443", "-T", "ndjson"], 0,
             output='"initiator"'),
        Case("a filter that does not apply to the link type", ["audit", "odd.pcap", "clean.pcap", "-f", "port 443", *inventory], (1, 2),
             error="odd.pcap: the filter 'port 443' cannot be compiled for link type 299", output="not read to the end"),
        Case("nothing passes", ["audit", "clean.pcap", "-f", "tcp port 9", *inventory], 2, output="Nothing was read"),
    ])
    same_on_tags(table)
    evidence(table)
    table.finish()


main()

#!/usr/bin/env python3
"""Bytes that a capture lost: known TCP segments are removed from a complete capture, and the report must give
`missed_bytes` to the byte, for the input, for each conversation and flow, and as a reason not to pass.

Usage: missed_bytes.py PROGRAM SOURCE"""
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

ACK, FIN_SYN_RST = 0x10, 0x07


def frames_of(capture):
    """The header of a pcap file (little-endian, Ethernet), and its records."""
    header, records, at = capture[:24], [], 24
    while at < len(capture):
        captured = struct.unpack_from("<I", capture, at + 8)[0]
        records.append(capture[at:at + 16 + captured])
        at += 16 + captured
    return header, records


def segment(record):
    """(source, destination, flags, sequence, acknowledgement, payload length) of plain TCP over IPv4; else None."""
    frame = record[16:]
    if frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return None
    ip = 4 * (frame[14] & 15)
    total = struct.unpack_from(">H", frame, 16)[0]
    tcp = 14 + ip
    ports = struct.unpack_from(">HH", frame, tcp)
    sequence, acknowledgement = struct.unpack_from(">II", frame, tcp + 4)
    length = total - ip - 4 * (frame[tcp + 12] >> 4)
    ends = (frame[26:30], ports[0]), (frame[30:34], ports[1])
    return (*ends, frame[tcp + 13], sequence, acknowledgement, length)


def losses(records, choose):
    """Indices of data segments whose loss can be detected: plain ones, acknowledged later, and not repeated; and their
    number of bytes."""
    parsed = [segment(record) for record in records]
    lost = {}
    for index, one in enumerate(parsed):
        if one is None or one[5] == 0 or one[2] & FIN_SYN_RST:
            continue
        source, destination, _, sequence, _, length = one
        end = (sequence + length) & 0xFFFFFFFF
        same = [i for i, o in enumerate(parsed) if o and o[:2] == (source, destination) and o[3] == sequence and o[5]]
        taken = any(
            o and o[:2] == (destination, source) and o[2] & ACK and (o[4] - end) & 0xFFFFFFFF < 1 << 30
            for o in parsed[index + 1:]
        )
        others = [i for i, o in enumerate(parsed) if o and o[0] == source and o[1] == destination and i != index]
        if same == [index] and taken and others and choose():
            lost[index] = length
    return lost


def report_of(program, path, inventory):
    done = subprocess.run(
        [program, "audit", path, "-I", inventory, "-T", "json"], capture_output=True, check=False)
    return json.loads(done.stdout)


def missed_by_flow(program, path):
    done = subprocess.run([program, "flows", path, "-T", "ndjson"], capture_output=True, check=False)
    return sum(json.loads(line)["missed_bytes"] for line in done.stdout.splitlines())


def main():
    program, samples = sys.argv[1], pathlib.Path(sys.argv[2]) / "samples"
    header, records = frames_of((samples / "estate-clean.pcap").read_bytes())
    faults = 0
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "lossy.pcap"
        for seed, share in enumerate((0.0, 0.05, 0.3, 1.0)):
            random.seed(seed)
            lost = losses(records, lambda share=share: random.random() < share)
            path.write_bytes(header + b"".join(r for i, r in enumerate(records) if i not in lost))
            report = report_of(program, path, samples / "estate.toml")
            expected = sum(lost.values())
            found = report["gaps"]["missed_bytes"]
            by_flow = missed_by_flow(program, path)
            by_conversation = sum(c["missed_bytes"] for c in report["conversations"])
            figures.append(f"{len(lost)} segments of {expected} bytes: {found}")
            passes = report["result"] == "pass"
            if {found, by_conversation, by_flow} != {expected} or passes == (expected > 0):
                print(f"FAULT: {len(lost)} segments of {expected} bytes were removed; the report has {found}, its "
                      f"conversations {by_conversation}, `flows` {by_flow}, and the audit is {report['result']}")
                faults += 1
    print("missed_bytes: " + "; ".join(figures))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

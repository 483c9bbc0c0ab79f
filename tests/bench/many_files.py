#!/usr/bin/env python3
"""Measures the audit of a rotated set of tens of thousands of captures: time, memory, open files, and that the report
does not depend on the threads. Not part of the tests: it takes minutes and half a gigabyte in the temporary folder.

Usage: many_files.py PROGRAM SOURCE [FILES]"""
import os
import pathlib
import random
import resource
import struct
import subprocess
import sys
import tempfile
import time


def packet(client, server, port, from_port, flags, back=False):
    ends = (server, client) if back else (client, server)
    ports = (port, from_port) if back else (from_port, port)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 64, 6, 0, *ends)
    return b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + struct.pack("!HHIIBBHHH", *ports, 1, 1, 0x50, flags, 1024, 0, 0)


def packets_of(index, draw):
    """One minute: 20 connections that come and go, and 10 that last, two packets of each."""
    for number in range(20):
        far = (index // 50) % 250 if number % 4 == 0 else draw.randrange(40)
        ends = bytes((10, 20, 30 + far % 3, far + 1)), bytes((10, 20, 1, 1 + number % 7))
        ends += (80, 443, 1494, 2598)[number % 4], 20_000 + (index * 20 + number) % 40_000
        for flags, back in ((2, False), (18, True), (17, False), (17, True)):
            yield number * 2.5 + (flags != 2) * 0.1 + back * 0.1, packet(*ends, flags, back)
    for number in range(10):
        ends = bytes((10, 20, 40, 1 + number)), bytes((10, 20, 1, 1)), 2598, 30_000 + number
        yield 20 + number, packet(*ends, 16)
        yield 40 + number, packet(*ends, 16, True)


def write_captures(folder, count):
    """100 packets per file, one file per minute: some hosts in every file, others in a few."""
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)
    draw = random.Random(3)
    for index in range(count):
        records = [head]
        for offset, frame in sorted(packets_of(index, draw)):
            when = 1_795_161_600 + index * 60 + int(offset)
            records.append(struct.pack("<IIII", when, int(offset % 1 * 1e6), len(frame), len(frame)) + frame)
        (folder / f"{index:06}.pcap").write_bytes(b"".join(records))


def most_open(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def run(program, source, folder, threads, *more):
    began, opened = time.monotonic(), 0
    command = [program, "audit", str(folder), "-I", f"{source}/samples/estate.toml", "--seed", "1", "--reproducible",
               "-T", "json", "--threads", str(threads), "-o", str(folder.parent / "report.json"), *more]
    with subprocess.Popen(command) as process:
        peak = 0
        while process.poll() is None:
            opened = max(opened, most_open(process.pid))
            try:
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                peak = max(peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")))
            except (OSError, ValueError, TypeError):
                pass
            time.sleep(0.02)
    print(f"{' '.join([f'{threads} thread(s)', *more]):40} {time.monotonic() - began:8.1f} s {peak / 1024:8.0f} MiB"
          f" {opened:4} files open, exit status {process.returncode}", flush=True)
    return (folder.parent / "report.json").read_bytes()


def main():
    program, source = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 50_000
    # Few files may be open, so anything that needs more than a handful fails.
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    with tempfile.TemporaryDirectory(prefix="portproof-many-") as scratch:
        folder = pathlib.Path(scratch, "captures")
        folder.mkdir()
        write_captures(folder, count)
        print(f"{count} captures")
        saved = str(pathlib.Path(scratch, "run.evidence"))
        reports = {run(program, source, folder, 1), run(program, source, folder, 2),
                   run(program, source, folder, 2, "--no-hash"),
                   run(program, source, folder, 2, "--resume", saved), run(program, source, folder, 2, "--resume", saved)}
        # Without hashes the report lacks them; the other reports are all the same.
        print("the reports are the same" if len(reports) == 2 else f"FAULT: {len(reports)} different reports")
        sys.exit(len(reports) != 2)


main()

#!/usr/bin/env python3
"""The report of the simple path, byte for byte.

Usage: simple_path.py PROGRAM SOURCE SIMPLE_PATH program|captures

`program`: what `portproof audit` writes about the samples, with 1, 2, 3 and 8 threads. `captures`: every file in
shared/captures next to the source folder, observed by both paths; without that folder the test is skipped."""
import concurrent.futures
import pathlib
import subprocess
import sys

SKIPPED = 77
AT_ONCE = 40  # files per process
THREADS = ("1", "2", "3", "8")


def program(audit, source, simple_path):
    inventory = ["-I", "samples/estate.toml"]
    options = ["-T", "json", "--reproducible", "--no-hash", "--max-conversations", "1000000"]
    faults = 0
    captures = sorted(path.relative_to(source) for path in (source / "samples").glob("*.pcap"))
    for capture in captures:
        simple = subprocess.run([simple_path, *inventory, "--report", capture], cwd=source, capture_output=True, check=True)
        for threads in THREADS:
            fast = subprocess.run([audit, "audit", capture, *inventory, *options, "--threads", threads], cwd=source,
                                  capture_output=True, check=False)
            if fast.stdout != simple.stdout:
                print(f"FAULT: {capture}: the report by {threads} threads differs from the simple path's")
                faults += 1
    print(f"{len(captures)} captures, {faults} faults")
    return 1 if faults or not captures else 0


def captures(source, simple_path):
    folder = source.parent / "shared" / "captures"
    if not folder.is_dir():
        print("skipped: simple_path: there is no folder with real captures at", folder)
        return SKIPPED
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    batches = [files[at:at + AT_ONCE] for at in range(0, len(files), AT_ONCE)]

    def compare(batch):
        return subprocess.run([simple_path, "-I", source / "samples" / "estate.toml", *batch], capture_output=True,
                              check=False)

    faults = compared = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for done in pool.map(compare, batches):
            output = done.stdout.decode(errors="replace")
            summary = output.splitlines()[-1] if output else ""
            compared += int(summary.split()[0]) if summary.endswith("differ") else 0
            if done.returncode != 0:
                faults += 1
                print(output, done.stderr.decode(errors="replace"))
    print(f"{len(files)} files, {compared} runs compared")
    return 1 if faults or compared == 0 else 0


def main():
    audit, simple_path = (pathlib.Path(sys.argv[place]).resolve() for place in (1, 3))
    source = pathlib.Path(sys.argv[2]).resolve()
    return captures(source, simple_path) if sys.argv[4] == "captures" else program(audit, source, simple_path)


sys.exit(main())

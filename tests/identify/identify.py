#!/usr/bin/env python3
"""Compares what the program recognises in real captures with a table.

Usage: identify.py PROGRAM SOURCE [-w]; with -w it prints a table of what it finds now, and checks nothing.

The captures are in shared/captures next to the source folder; without them the test is skipped. Each file in protocols/
is read from a copy whose ports give no hint (ports.py), and exactly the applications in its line of table.txt must be
found in it. The table was made from what Wireshark sees in the files, not from what the program finds.
No capture, on its own ports, may show a Citrix protocol, except the one that contains it."""
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

from ports import without_ports

SKIPPED = 77
CITRIX = {"ica", "cgp", "ica-browser", "netscaler-ha", "netscaler-rpc", "netscaler-mep"}
CITRIX_FILE = "protocols/citrix.pcap"
AT_ONCE = 100  # files per run, when it does not matter in which of them something is found


def applications(program, files):
    """The set of applications in these files, all together."""
    run = subprocess.run([program, "flows", *map(str, files), "-T", "ndjson"], capture_output=True, timeout=120, check=False)
    if run.returncode < 0 or b"Sanitizer" in run.stderr or b"runtime error" in run.stderr:
        sys.exit(f"crashed on {', '.join(map(str, files))}: {run.stderr.decode(errors='replace')[:2000]}")
    return {json.loads(line)["application"] for line in run.stdout.splitlines()} - {"unknown"}


def applications_moved(program, folder, path):
    copy = folder / path.name
    copy.write_bytes(without_ports(path.read_bytes()))
    return applications(program, [copy])


def read_table(path):
    """'FILE: APPLICATION...', one per line; # begins a comment."""
    table = {}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(":")
            table[name] = set(rest.split("#")[0].split())
    return table


def false_claims(program, pool, captures):
    """Files in which a Citrix protocol is found and should not be."""
    files = sorted(path for path in captures.rglob("*") if path.is_file() and path.parent != captures)
    files = [path for path in files if path.relative_to(captures).as_posix() != CITRIX_FILE and path.suffix != ".json"]
    batches = [files[begin : begin + AT_ONCE] for begin in range(0, len(files), AT_ONCE)]
    claimed = []
    for batch, found in zip(batches, pool.map(lambda batch: applications(program, batch), batches)):
        if found & CITRIX:
            claimed += [(path, applications(program, [path]) & CITRIX) for path in batch]
    print(f"{len(files)} captures without a Citrix protocol")
    return [f"{path}: {' '.join(sorted(found))} is reported" for path, found in claimed if found]


def main():
    program, source = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
    captures = source.parent / "shared" / "captures"
    if not (captures / "protocols").exists():
        print("skipped: identify: there is no folder with real captures at", captures)
        return SKIPPED
    table = read_table(pathlib.Path(__file__).with_name("table.txt")) if "-w" not in sys.argv else {}
    files = sorted((captures / "protocols").iterdir())
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(2) as pool:
        folder = pathlib.Path(name)
        found = dict(zip([path.name for path in files], pool.map(lambda path: applications_moved(program, folder, path), files)))
        if "-w" in sys.argv:
            print("\n".join(f"{name}: {' '.join(sorted(what))}".rstrip() for name, what in found.items()))
            return 0
        faults = false_claims(program, pool, captures)
    for name in sorted(set(table) | set(found)):
        expected, here = table.get(name), found.get(name)
        print(f"{name:46} {' '.join(sorted(expected or [])):28} {' '.join(sorted(here or []))}".rstrip())
        if expected is None:
            faults.append(f"{name}: no line in table.txt")
        elif here is None:
            faults.append(f"{name}: in table.txt, but missing")
        elif expected != here:
            faults.append(f"{name}: expected {' '.join(sorted(expected)) or 'nothing'}, found {' '.join(sorted(here)) or 'nothing'}")
    for fault in faults:
        print("FAULT:", fault)
    return 1 if faults else 0


sys.exit(main())

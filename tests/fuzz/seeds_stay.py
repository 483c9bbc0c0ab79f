#!/usr/bin/env python3
"""Checks that the seeds in the corpora are exactly what make_seeds writes, byte for byte, on any day.

Usage: seeds_stay.py MAKE_SEEDS CORPUS. If a format has changed, make_seeds tests/fuzz/corpus writes
them again; delete what it no longer writes."""
import pathlib
import subprocess
import sys
import tempfile


def main():
    make_seeds, corpus = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([make_seeds, folder], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print("FAULT:", done.stderr.strip())
            return 1
        made = sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file())
        names = [path.relative_to(folder) for path in made]
        stale = [name for name, path in zip(names, made)
                 if not (corpus / name).exists() or (corpus / name).read_bytes() != path.read_bytes()]
    for name in stale:
        print(f"FAULT: {name} is not what make_seeds writes")
    print(f"{len(names)} seeds, {len(stale)} of them stale")
    return 1 if stale or not names else 0


sys.exit(main())

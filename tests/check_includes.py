#!/usr/bin/env python3
"""Holds every #include to the direction capture <- catalog <- classify <- report <- app, and third-party headers to
the files that may use them. Usage: check_includes.py SOURCE_ROOT"""
import pathlib
import re
import sys

ROOMS = ["capture", "catalog", "classify", "report", "app"]

# Header prefix -> the places (path prefixes) that may include it.
FENCES = {
    "boost/": ["app/"],
    "toml++/": ["catalog/", "classify/"],
    "pcap/": ["capture/source/", "capture/filter/", "capture/live/", "tests/bench/"],
    "archive": ["capture/source/", "tests/"],
    "zlib.h": ["capture/source/", "tests/"],
    "zstd": ["capture/source/", "tests/"],
    "lzma.h": ["capture/source/", "tests/"],
    "doctest/": ["tests/"],
    "nlohmann/": ["capture/evidence/", "report/", "tests/"],
    "openssl/": ["capture/", "catalog/", "classify/", "tests/"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def faults_of(root: pathlib.Path, path: pathlib.Path):
    name = path.relative_to(root).as_posix()
    room = name.split("/")[0]
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        header = match.group(2)
        target = header.split("/")[0]
        if room in ROOMS and target in ROOMS and ROOMS.index(target) > ROOMS.index(room):
            yield f"{name}:{number}: {room} must not know {header}"
        if room in ROOMS and target in ("tests", "samples"):
            yield f"{name}:{number}: {room} must not know {header}"
        if match.group(1) == '"' and "/" not in header:
            yield f'{name}:{number}: "{header}" is to be named from the root of the project'
        for prefix, places in FENCES.items():
            if header.startswith(prefix) and not any(name.startswith(place) for place in places):
                yield f"{name}:{number}: {header} is fenced: only in {', '.join(places)}"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    sources = [path for room in ROOMS + ["tests", "samples"] for path in (root / room).rglob("*.[ch]pp")]
    if len(sources) < 20:
        sys.exit(f"only {len(sources)} sources found below {root}: wrong folder?")
    faults = [fault for path in sorted(sources) for fault in faults_of(root, path)]
    print("\n".join(faults) if faults else f"{len(sources)} sources: includes run one way")
    sys.exit(1 if faults else 0)


main()

#!/usr/bin/env python3
"""Checks every #include against the rooms of the project and their order.

Usage: check_includes.py SOURCE_ROOT           checks the tree
       check_includes.py SOURCE_ROOT --rooms   prints the rooms in their order, with their sizes
"""
import pathlib
import re
import sys

# The rooms. Each may include its own headers and those of earlier rooms, unless MAY narrows that.
ROOMS = [
    "capture/base",
    "capture/source",
    "capture/decode",
    "capture/filter",
    "capture/identify",
    "capture/flow",
    "capture/evidence",
    "capture/observe",
    "capture/live",
    "catalog",
    "classify",
    "classify/discover",
    "report",
    "app/command",
    "app/sandbox",
    "app/watch",
    "app",
]

# What a room may include besides its own headers, if that is less than everything before it.
MAY = {
    "capture/decode": ["capture/base"],
    "capture/filter": ["capture/base"],
    "capture/identify": ["capture/base", "capture/decode"],
    "capture/flow": ["capture/base", "capture/decode", "capture/identify"],
    "capture/live": ["capture/base", "capture/source"],
    "catalog": ["capture/base"],
    "classify": ["capture/base", "capture/evidence", "catalog"],
    "classify/discover": ["capture/base", "capture/evidence", "catalog", "classify"],
    "report": ["capture/base", "capture/evidence", "catalog", "classify", "classify/discover"],
}

# What a room must not reach, even through the headers that it includes.
MUST_NOT_REACH = {
    "catalog": ["capture/decode", "capture/identify", "capture/flow", "capture/evidence"],
    "report": ["capture/decode", "capture/flow"],
}

# The largest share of the product's lines that a room may have.
LARGEST_SHARE = 0.15

# Header prefix -> the path prefixes that may include it.
FENCES = {
    "archive": ["capture/source/", "tests/"],
    "boost/": ["app/"],
    "doctest/": ["tests/"],
    "lzma.h": ["capture/source/", "tests/"],
    "nlohmann/": ["capture/evidence/internal/", "tests/"],
    "openssl/": ["capture/base/", "capture/identify/", "capture/evidence/", "tests/"],
    "pcap/": ["capture/source/", "capture/filter/", "capture/live/", "tests/bench/"],
    "seccomp.h": ["app/sandbox/"],
    "toml++/": ["catalog/", "classify/"],
    "xxhash.h": ["capture/base/", "capture/source/", "capture/flow/", "capture/evidence/", "tests/"],
    "zlib.h": ["capture/source/", "tests/"],
    "zstd": ["capture/source/", "tests/"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(path):
    """The innermost room that contains a file of the product; None for tests and samples."""
    inside = [room for room in ROOMS if path.startswith(room + "/")]
    return max(inside, key=len, default=None)


def may_include(room, target):
    if target == room:
        return True
    if room in MAY:
        return target in MAY[room]
    return ROOMS.index(target) < ROOMS.index(room)


def owner_of_internal(header):
    """The folder whose internal/ contains the header; None if it is in no internal/."""
    folder, mark, _ = header.partition("/internal/")
    return folder if mark else None


class Tree:
    def __init__(self, root):
        self.root = root
        folders = sorted({room.split("/")[0] for room in ROOMS}) + ["tests", "samples"]
        paths = [path for folder in folders for path in (root / folder).rglob("*.[ch]pp")]
        self.includes = {}  # file -> (line, bracket, header)
        self.lines = {}
        for path in sorted(paths):
            name = path.relative_to(root).as_posix()
            lines = path.read_text().splitlines()
            self.lines[name] = len(lines)
            self.includes[name] = [
                (number, match.group(1), match.group(2))
                for number, line in enumerate(lines, 1)
                if (match := INCLUDE.match(line))
            ]

    def direct_faults(self, name):
        room = room_of(name)
        for number, bracket, header in self.includes[name]:
            at = f"{name}:{number}"
            target = room_of(header)
            if room and target and not may_include(room, target):
                yield f"{at}: {room} must not include {header}"
            if room and header.split("/")[0] in ("tests", "samples"):
                yield f"{at}: {room} must not include {header}"
            if bracket == '"' and "/" not in header:
                yield f'{at}: name "{header}" from the root of the project'
            owner = owner_of_internal(header)
            if owner and not name.startswith((owner + "/", f"tests/{owner}/")):
                yield f"{at}: {header} is internal to {owner}"
            for prefix, places in FENCES.items():
                if bracket == "<" and header.startswith(prefix) and not name.startswith(tuple(places)):
                    yield f"{at}: <{header}> is fenced: only in {', '.join(places)}"

    def reached_from(self, name):
        """Every header that the file includes, directly or through others, with the path to it."""
        ways = {}
        waiting = [(name, [name])]
        while waiting:
            at, way = waiting.pop()
            for _, _, header in self.includes.get(at, []):
                if header in self.includes and header not in ways:
                    ways[header] = way + [header]
                    waiting.append((header, ways[header]))
        return ways

    def reach_faults(self, name):
        room = room_of(name)
        for header, way in sorted(self.reached_from(name).items()):
            if room_of(header) in MUST_NOT_REACH.get(room, []):
                yield f"{name}: {room} must not reach {header} (by {' -> '.join(way[1:])})"

    def sizes(self):
        sizes = dict.fromkeys(ROOMS, 0)
        for name, lines in self.lines.items():
            if room_of(name):
                sizes[room_of(name)] += lines
        return sizes

    def size_faults(self):
        sizes = self.sizes()
        for room, lines in sizes.items():
            share = lines / max(sum(sizes.values()), 1)
            if share > LARGEST_SHARE:
                yield f"{room}: {lines:,} lines, {share:.1%} of the product; at most {LARGEST_SHARE:.0%}"

    def faults(self):
        for name in self.includes:
            if name.startswith("app/") and room_of(name) is None:
                yield f"{name}: is in no room"
            yield from self.direct_faults(name)
            yield from self.reach_faults(name)
        yield from self.size_faults()


def print_rooms(tree):
    sizes = tree.sizes()
    total = sum(sizes.values())
    for room in ROOMS:
        print(f"{room:20} {sizes[room]:6,} lines {sizes[room] / total:6.1%}")


def main():
    tree = Tree(pathlib.Path(sys.argv[1]).resolve())
    if len(tree.includes) < 20:
        sys.exit(f"only {len(tree.includes)} sources found in {sys.argv[1]}: wrong folder?")
    if sys.argv[2:] == ["--rooms"]:
        print_rooms(tree)
        return
    faults = list(tree.faults())
    print("\n".join(faults) if faults else f"{len(tree.includes)} sources: every include respects the rooms")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

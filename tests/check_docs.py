#!/usr/bin/env python3
"""Checks the documentation: every Markdown file of the project, and what the sources say about docs/.

Usage: check_docs.py SOURCE_ROOT

It rejects lines of more than 100 columns; links and anchors that lead nowhere; a page in docs/ that the table of
contents (docs/README.md) does not name; a code block without a language, or a command outside `sh` blocks, where no
test would run it; a preset that CMakePresets.json does not have; and a page that a source file names but that does
not exist.

A table that a test prints from the sources may be wider. It follows a line that names the file: <!-- printed from
report/format.cpp -->
"""
import json
import os
import pathlib
import re
import sys

COLUMNS = 100
# Blocks whose lines cannot be broken: the format is one object per line.
UNBREAKABLE = {"ndjson"}
NOT_OURS = {"build", ".git"}
SOURCES = {".hpp", ".cpp", ".py", ".sh", ".txt", ".toml", ".cmake", ".json", ".service"}

FENCE = re.compile(r"^\s*```(.*)$")
HEADING = re.compile(r"^#{1,6} (.*)$")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PRINTED = re.compile(r"^<!-- printed from (\S+) -->$")
PRESET = re.compile(r"\b(cmake|cmake --build|ctest) --preset ([\w-]+)")
# What CMakePresets.json calls the presets of each command.
PRESETS_OF = {"cmake": "configurePresets", "cmake --build": "buildPresets", "ctest": "testPresets"}
PAGE = re.compile(r"\bdocs/[\w/-]+\.md\b")


def files(root, suffixes):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS)
        for name in sorted(names):
            if pathlib.PurePath(name).suffix in suffixes:
                yield pathlib.Path(folder, name)


def anchor_of(heading):
    """The anchor of a heading, as GitHub and GitLab make it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


class Page:
    """A Markdown file, divided into prose and code."""

    def __init__(self, path):
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.languages = []  # of each line's code block; None in prose
        self.unnamed = []    # numbers of the lines where a block without a language begins
        self.printed = {}    # number of each line in a printed table: the file that it comes from
        language = None
        source = None
        for number, line in enumerate(self.lines, 1):
            source = self.source_of(line, source)
            if source:
                self.printed[number] = source
            fence = FENCE.match(line)
            if fence and language is None:
                language = fence.group(1).split(" ")[0]
                self.languages.append(language)
                if not language:
                    self.unnamed.append(number)
            else:
                self.languages.append(language)
                if fence:
                    language = None

    @staticmethod
    def source_of(line, source):
        """The file that a line is printed from, if the line before it was printed from `source`."""
        printed = PRINTED.match(line)
        if printed:
            return printed.group(1)
        return source if not line or line.startswith("|") else None

    def prose(self):
        return [(number, line) for number, (line, language) in enumerate(zip(self.lines, self.languages), 1)
                if language is None]

    def links(self):
        """For each link in the prose, the number of the line in which it ends, and its target."""
        text = "\n".join("" if language is not None else line for line, language in zip(self.lines, self.languages))
        return [(text.count("\n", 0, link.end()) + 1, link.group(1)) for link in LINK.finditer(text)]

    def anchors(self):
        found = set()
        for _, line in self.prose():
            heading = HEADING.match(line)
            if heading:
                plain = anchor_of(heading.group(1))
                name, copy = plain, 0
                while name in found:
                    copy += 1
                    name = f"{plain}-{copy}"
                found.add(name)
        return found


def check_lines(page, root):
    for number, source in page.printed.items():
        if PRINTED.match(page.lines[number - 1]) and not (root / source).exists():
            yield number, f"{source} does not exist"
    for number, (line, language) in enumerate(zip(page.lines, page.languages), 1):
        if len(line) > COLUMNS and language not in UNBREAKABLE and number not in page.printed:
            yield number, f"{len(line)} columns; at most {COLUMNS}"
        if language not in (None, "sh") and line.startswith("portproof "):
            yield number, "a command outside a block of sh, where no test runs it"
    for number in page.unnamed:
        yield number, "this code block does not say its language"


def check_presets(page, presets):
    for number, line in enumerate(page.lines, 1):
        for command, name in PRESET.findall(line):
            known = [preset["name"] for preset in presets[PRESETS_OF[command]]]
            if name not in known:
                yield number, f"{command} has no preset {name}; it has {', '.join(known)}"


def check_links(path, page, root, pages):
    for number, target in page.links():
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        goal = (path.parent / name).resolve() if name else path
        if not goal.exists() or not goal.is_relative_to(root):
            yield number, f"the link {target} leads nowhere"
        elif anchor and (goal not in pages or anchor not in pages[goal].anchors()):
            yield number, f"{target}: there is no such heading"


def check_contents(root, pages):
    contents = root / "docs" / "README.md"
    if contents not in pages:
        return ["docs/README.md: the table of contents is missing"]
    named = {(contents.parent / target.partition("#")[0]).resolve() for _, target in pages[contents].links()}
    return [f"{path.relative_to(root)}: not in the table of contents (docs/README.md)" for path in pages
            if path.is_relative_to(root / "docs") and path != contents and path not in named]


def check_sources(root):
    for path in files(root, SOURCES):
        if path.name.startswith("check_docs"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            for name in PAGE.findall(line):
                if not (root / name).exists():
                    yield f"{path.relative_to(root)}:{number}: {name} does not exist"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    pages = {path: Page(path) for path in files(root, {".md"})}
    presets = json.loads((root / "CMakePresets.json").read_text(encoding="utf-8"))
    faults = []
    for path, page in pages.items():
        for number, fault in sorted([*check_lines(page, root), *check_presets(page, presets),
                                      *check_links(path, page, root, pages)]):
            faults.append(f"{path.relative_to(root)}:{number}: {fault}")
    faults += check_contents(root, pages)
    faults += check_sources(root)
    print("\n".join([*faults, f"{len(pages)} pages, {len(faults)} faults"]))
    sys.exit(1 if faults else 0)


main()

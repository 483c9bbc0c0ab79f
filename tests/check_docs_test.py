#!/usr/bin/env python3
"""Plants one fault of each kind in a copy of the documentation: check_docs.py must reject each.

Usage: check_docs_test.py SOURCE_ROOT
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

# The file, what is added at its end, and what the rejection must say.
PLANTED = [
    ("README.md", "x" * 101, "101 columns"),
    ("CONTRIBUTING.md", "| " + "é" * 100 + " |", "104 columns"),
    ("docs/README.md", "```toml\n# " + "x" * 100 + "\n```", "102 columns"),
    ("README.md", "[a page](docs/nowhere.md)", "docs/nowhere.md leads nowhere"),
    ("README.md", "[a page in\ntwo lines](docs/nowhere.md)", "docs/nowhere.md leads nowhere"),
    ("docs/use/verdicts.md", "[outside](../../../outside.md)", "leads nowhere"),
    ("docs/use/verdicts.md", "[here](#no-such-heading)", "#no-such-heading: there is no such heading"),
    ("README.md", "[there](docs/use/verdicts.md#no-such-heading)", "there is no such heading"),
    ("docs/use/verdicts.md", "```\nportproof help\n```", "does not say its language"),
    ("docs/use/verdicts.md", "```text\nportproof help\n```", "a command outside a block of sh"),
    ("docs/use/lonely.md", "# A page that nobody finds", "docs/use/lonely.md: not in the table of contents"),
    ("docs/use/verdicts.md", "<!-- printed from report/nowhere.cpp -->", "report/nowhere.cpp does not exist"),
    ("docs/use/verdicts.md", "<!-- printed from report/report.cpp -->\n\nText.\n\n| " + "x" * 100 + " |", "104 columns"),
    ("README.md", "`ctest --preset dev` runs the tests.", "ctest has no preset dev; it has quick, all"),
    ("README.md", "```sh\ncmake --build --preset nothing\n```", "cmake --build has no preset nothing"),
    ("README.md", "```sh\ncmake --preset quick\n```", "cmake has no preset quick"),
    ("catalog/role.hpp", "// See docs/nowhere.md.", "docs/nowhere.md does not exist"),
]
# What must not be rejected.
ALLOWED = [
    ("docs/use/verdicts.md", "x" * 100),
    ("docs/use/verdicts.md", "```ndjson\n" + "x" * 300 + "\n```"),
    ("docs/use/verdicts.md", "## A `new` heading, twice\n\n## A `new` heading, twice\n\n[it](#a-new-heading-twice-1)"),
    ("docs/use/verdicts.md", "<!-- printed from report/report.cpp -->\n\n| a |\n| --- |\n| " + "x" * 100 + " |"),
    ("docs/use/verdicts.md", "```text\n[no link](nowhere.md)\n```"),
    ("README.md", "```sh\ncmake --preset dev && cmake --build --preset dev && ctest --preset all\n```"),
]


def check(root):
    script = root / "tests" / "check_docs.py"
    return subprocess.run([sys.executable, "-B", script, root], capture_output=True, text=True, check=False)


def copy_of(source, target):
    """Everything that a page may link to or the check reads, except build results."""
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("build", ".git", "corpus", "*.pcap"))
    for capture in source.glob("samples/*.pcap"):
        (target / "samples" / capture.name).touch()


def answer_to(root, name, text):
    path = root / name
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{text}\n")
    answer = check(root)
    if before is None:
        path.unlink()
    else:
        path.write_text(before)
    return answer


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "copy"
        copy_of(pathlib.Path(sys.argv[1]).resolve(), root)
        clean = check(root)
        if clean.returncode != 0:
            sys.exit(f"the documentation itself is rejected:\n{clean.stdout}{clean.stderr}")
        faults = 0
        for name, text, expected in PLANTED:
            answer = answer_to(root, name, text)
            if answer.returncode == 0 or expected not in answer.stdout:
                faults += 1
                print(f"not rejected in {name}: {text[:60]!r}; expected \"{expected}\", got:\n{answer.stdout}")
        for name, text in ALLOWED:
            answer = answer_to(root, name, text)
            if answer.returncode != 0:
                faults += 1
                print(f"rejected in {name}: {text[:60]!r}:\n{answer.stdout}")
    print(f"{len(PLANTED) + len(ALLOWED) - faults} passed, {faults} failed")
    sys.exit(1 if faults else 0)


main()

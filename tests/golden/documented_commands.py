#!/usr/bin/env python3
"""Runs the commands of the manual, so that it cannot go stale. Usage: documented_commands.py PROGRAM SOURCE

Every line of every `sh` block in PAGES is a command. The commands of a page run in order, in a folder of their own
that looks like the root of the sources; what they write to /tmp goes there too. Inventory fragments (`toml` blocks
in docs/use/) must load."""
import re
import subprocess
import sys

from harness import Runs

PAGES = ["README.md", "samples/README.md", "docs/use/*.md", "docs/reference/*.md"]
OTHER_TESTS = {"docs/use/operations.md": "tests/live/operations_test.py runs its commands, as root"}
# How a command that cannot run here begins, and why.
NOT_HERE = {
    "./check": "it builds everything and runs this test",
    "cmake ": "the build has run already",
    "build/dev/": "it needs the developer build",
    "portproof watch": "it needs an interface; tests/live/ runs it",
    "tcpdump -i": "it needs an interface and root",
    "dumpcap -i": "likewise",
}
# What a page calls the parts of a file that its commands write: the page and the file must agree.
QUOTED = {
    "docs/use/quick-start.md": {
        "first-look.txt": ["Totals", "Accounting", "Inputs", "unrelated"],
        "estate.toml": ["What does not fit", "[site]", "[[host]]", "For you to decide", "internal"],
    },
}
# A fail or an inconclusive result is not a failure of the command.
RESULTS = {"audit": (0, 1, 2), "judge": (0, 1, 2)}


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(text):
    for block in blocks(text, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            if line.strip() and not line.startswith("#"):
                yield line


def look_like_the_sources(folder, runs):
    """Links to what commands read, and the program where they look for it."""
    folder.mkdir()
    for path in runs.source.iterdir():
        if path.name not in ("build", "run", ".git"):
            (folder / path.name).symlink_to(path)
    (folder / "run").symlink_to(runs.program)
    (folder / "bin").mkdir()
    (folder / "bin" / "portproof").symlink_to(runs.program)


def run(line, folder, runs):
    """The exit status and the messages of a line."""
    environment = dict(runs.environment, PATH=f"{folder}/bin:{runs.environment['PATH']}")
    done = subprocess.run(["sh", "-c", line.replace("/tmp/", f"{folder}/")], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
    return done.returncode, done.stderr.decode(errors="replace")


def expected(line):
    """The exit statuses that a line may have: those of its last command."""
    words = line.split(" | ")[-1].split()
    return RESULTS.get(words[1], (0,)) if words[0] in ("portproof", "./run") else (0,)


def run_page(name, text, runs):
    """Returns how many commands of the page ran."""
    folder = runs.file(name.replace("/", "-"))
    look_like_the_sources(folder, runs)
    count = 0
    for line in commands(text):
        reason = next((why for beginning, why in NOT_HERE.items() if line.startswith(beginning)), None)
        if reason:
            print(f"{name}: not run: {line} -- {reason}")
            continue
        count += 1
        status, messages = run(line, folder, runs)
        print(f"{name}: {line} -- {status}")
        if status not in expected(line):
            runs.fault(f"{name}: {line}: exit status {status}, not one of {expected(line)}\n{messages}")
    for written, words in QUOTED.get(name, {}).items():
        content = (folder / written).read_text() if (folder / written).exists() else ""
        for word in words:
            if word not in content or word not in text:
                runs.fault(f"{name}: \"{word}\" is not both in the page and in {written}")
    if name.startswith("docs/use/"):
        for number, fragment in enumerate(blocks(text, "toml"), 1):
            (folder / "fragment.toml").write_text(fragment)
            runs.run("explain", "ddc", "vda", "tcp", "80", "-I", folder / "fragment.toml", expect=0)
            print(f"{name}: inventory fragment {number}")
    return count


def main():
    runs = Runs(*sys.argv[1:])
    pages = sorted({path for pattern in PAGES for path in runs.source.glob(pattern)})
    count = 0
    for path in pages:
        name = str(path.relative_to(runs.source))
        if name in OTHER_TESTS:
            print(f"{name}: {OTHER_TESTS[name]}")
        else:
            count += run_page(name, path.read_text(), runs)
    print(f"{count} commands on {len(pages)} pages")
    if count < 20:
        runs.fault("the manual has hardly any commands: are its blocks still marked as sh?")
    runs.finish()


main()

#!/usr/bin/env python3
"""Runs the commands of README.md, so that it cannot go stale: lines that begin with `portproof` or `./run` in blocks
of shell. Usage: readme_commands.py PROGRAM SOURCE. Skipped (77) where there is no README.md, or no command in it."""
import re
import shlex
import sys

from harness import Runs

# An audit's results are no failure of the command.
RESULTS = (0, 1, 2)
# What a reader needs another machine, another right or much time for.
NOT_HERE = {"watch"}


def commands(text):
    for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0] in ("portproof", "./run"):
                yield words[1:]


def main():
    runs = Runs(*sys.argv[1:])
    readme = runs.source / "README.md"
    found = list(commands(readme.read_text())) if readme.exists() else []
    if not found:
        print("README.md has no commands to run")
        sys.exit(77)
    for words in found:
        # Files that the README writes go where this test may write.
        words = [word.replace("/tmp/", f"{runs.scratch}/") for word in words]
        if not words or words[0] in NOT_HERE or "|" in words:
            continue
        print("running: portproof", *words)
        runs.run(*words, expect=RESULTS)
    runs.finish()


main()

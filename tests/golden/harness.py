"""Shared by the tests that run the whole program: running it, and reporting what is wrong.

Every test here is called with the program, the source folder and, if it needs one, a case or another program. It
runs from the source folder with relative paths, so that no report depends on the location of the sources, and writes
only into a temporary folder."""
import difflib
import json
import os
import pathlib
import subprocess
import sys
import tempfile


class Runs:
    """The program, run from the source folder."""

    def __init__(self, program, source):
        self.program = str(pathlib.Path(program).resolve())
        self.source = pathlib.Path(source).resolve()
        self._scratch = tempfile.TemporaryDirectory(prefix="portproof-test-")
        self.scratch = pathlib.Path(self._scratch.name)
        self.faults = []
        # No terminal, no colour, one language: what a report says must not depend on who runs it.
        self.environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "COLUMNS": "80"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def run(self, *arguments, expect=None, stdin=b""):
        """Runs it; returns its standard output. `expect`: the exit status, or several."""
        done = subprocess.run([self.program, *map(str, arguments)], cwd=self.source, env=self.environment,
                              input=stdin, capture_output=True, timeout=120, check=False)
        expected = expect if isinstance(expect, (set, tuple, list)) else {expect}
        if expect is not None and done.returncode not in expected:
            self.fault(f"{' '.join(map(str, arguments))}: exit status {done.returncode}, not {expect}\n"
                       f"{done.stderr.decode(errors='replace')}")
        return done.stdout

    def file(self, name):
        return self.scratch / name

    def fault(self, text):
        self.faults.append(text)
        print("FAULT:", text)

    def same(self, what, left, right):
        """Two reports that must be the same bytes."""
        if left == right:
            print("same:", what)
            return True
        lines = difflib.unified_diff(left.decode(errors="replace").splitlines(),
                                     right.decode(errors="replace").splitlines(), "left", "right", lineterm="", n=2)
        self.fault(f"{what}: the two differ\n" + "\n".join(list(lines)[:60]))
        return False

    def same_data(self, what, left, right):
        """Two pieces of JSON that must have the same content."""
        return self.same(what, *(json.dumps(part, indent=1, sort_keys=True).encode() for part in (left, right)))

    def finish(self):
        print(f"{len(self.faults)} fault(s)" if self.faults else "all as expected")
        sys.exit(1 if self.faults else 0)

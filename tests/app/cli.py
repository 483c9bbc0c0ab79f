"""A table of command lines: the arguments of each, the exit status it must have, and what it must print.

    Case("no command", [], 64, error="no command given")
    Case("version", ["--version"], 0, output="portproof ")

Paths are relative to a temporary folder, one for each run, in which `write` puts what the cases need; "{samples}"
stands for the folder of samples. Standard output must be empty unless `output` says what is in it, standard error
unless `error` does. A message is one line."""
import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


@dataclasses.dataclass
class Case:
    name: str
    arguments: list
    status: object  # one exit status, or several in a tuple
    error: str = ""  # contained in standard error; "" if empty, None for anything
    output: str = ""  # contained in standard output; "" if empty, None for anything
    unwanted: str = ""  # must not be in standard output
    stdin: bytes = b""
    lines: int = 1  # of standard error, if there is any; None for any number
    absent: tuple = ()  # files that must not exist afterwards


class Table:
    def __init__(self, program, source):
        self.program = str(pathlib.Path(program).resolve())
        self.source = pathlib.Path(source).resolve()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="portproof-cli-"))
        self.samples = str(self.source / "samples")
        self.faults = 0
        self.environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "COLUMNS": "80"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def sample(self, name):
        return pathlib.Path(self.samples, name).read_bytes()

    def command(self, case):
        return [self.program, *(str(word).replace("{samples}", self.samples) for word in case.arguments)]

    def run(self, cases, wrapper=()):
        for case in cases:
            done = subprocess.run([*wrapper, *self.command(case)], cwd=self.folder, env=self.environment,
                                  input=case.stdin, capture_output=True, timeout=60, check=False)
            faults = list(self.faults_of(case, done))
            self.faults += len(faults)
            print("ok:   " if not faults else "FAULT:", case.name)
            for fault in faults:
                print("       ", fault)

    def fault(self, name, text):
        """Of something that is no case of the table."""
        self.faults += 1
        print("FAULT:", name)
        print("       ", text)

    def faults_of(self, case, done):
        statuses = case.status if isinstance(case.status, tuple) else (case.status,)
        errors = done.stderr.decode(errors="replace")
        output = done.stdout.decode(errors="replace")
        if done.returncode not in statuses:
            yield f"exit status {done.returncode}, not {case.status}; standard error: {errors.strip()[:600]}"
        if case.error == "" and errors:
            yield f"standard error is not empty: {errors.strip()[:300]}"
        if case.error and case.error.replace("{samples}", self.samples) not in errors:
            yield f"standard error lacks '{case.error}': {errors.strip()[:300]}"
        if case.error and case.lines is not None and errors.count("\n") != case.lines:
            yield f"standard error has {errors.count(chr(10))} lines, not {case.lines}: {errors.strip()[:600]}"
        if case.output == "" and output:
            yield f"standard output is not empty: {output[:200]}"
        if case.output and case.output not in output:
            yield f"standard output lacks '{case.output}': {output[:300]}"
        if case.unwanted and case.unwanted in output:
            yield f"standard output has '{case.unwanted}': {output[:300]}"
        for name in case.absent:
            if (self.folder / name).exists():
                yield f"{name} exists, but should not"

    def finish(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        print(f"{self.faults} fault(s)" if self.faults else "all as expected")
        sys.exit(1 if self.faults else 0)

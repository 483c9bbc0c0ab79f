#!/usr/bin/env python3
"""The manual page and the completion for bash, given to those that read them. Usage: pages_test.py PROGRAM SOURCE

Parts whose reader is not installed are left out, and said so."""
import shutil
import subprocess
import sys

PROGRAM = sys.argv[1]

# What is typed, the last word of it unfinished, and words that must be offered and must not.
COMPLETIONS = [
    (["ju"], {"judge"}, {"audit"}),
    (["audit", "--inv"], {"--inventory"}, {"--interval"}),
    (["watch", "--int"], {"--interface", "--interval"}, {"--inventory"}),
    (["audit", "-T", "j"], {"json"}, {"ndjson", "text"}),
    (["flows", "--format", ""], {"text", "ndjson"}, {"json"}),
    (["audit", "-I", "--"], set(), {"--inventory"}),
    (["help", ""], {"audit", "help"}, {"--man"}),
    (["help", "--completion", ""], {"bash", "fish"}, {"audit"}),
]


def output(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def manual_faults():
    if not shutil.which("groff"):
        print("skipped: the manual page, for there is no groff")
        return
    page = output(PROGRAM, "help", "--man")[1]
    status, shown, complaints = output("groff", "-ww", "-man", "-Tascii", "-P-c", "-P-b", "-P-u", text=page)
    if status != 0 or complaints:
        yield f"groff complains of the manual page: {complaints.strip()[:500]}"
    for wanted in ("EXIT STATUS", "--max-conversations N", "-I, --inventory FILE", "inconclusive"):
        if wanted not in shown:
            yield f"the manual page lacks '{wanted}'"


def completed(script, words):
    line = " ".join(f"'{word}'" for word in ["portproof", *words])
    asked = f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; _portproof; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    status, shown, complaints = output("bash", "--norc", "-eu", "-c", asked)
    return status, set(shown.split()), complaints


def completion_faults():
    if not shutil.which("bash"):
        print("skipped: completion, for there is no bash")
        return
    script = output(PROGRAM, "help", "--completion", "bash")[1]
    for words, wanted, unwanted in COMPLETIONS:
        status, offered, complaints = completed(script, words)
        if status != 0 or complaints:
            yield f"bash complains of {words}: {complaints.strip()[:300]}"
        if not wanted <= offered or offered & unwanted:
            yield f"{words} is completed to {sorted(offered)}, not to {sorted(wanted)}"


def main():
    faults = [*manual_faults(), *completion_faults()]
    print("\n".join(faults) or "all as expected")
    sys.exit(1 if faults else 0)


main()

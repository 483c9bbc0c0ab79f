#!/usr/bin/env python3
"""Inputs that are missing, empty, unreadable, damaged or not captures at all, alone and among good ones.

Usage: inputs_test.py PROGRAM SOURCE"""
import gzip
import os
import pty
import select
import shutil
import stat
import subprocess
import sys

from cli import Case, Table

INVENTORY = ["-I", "{samples}/estate.toml"]
CLEAN = "{samples}/estate-clean.pcap"


def prepare(table):
    clean = table.sample("estate-clean.pcap")
    table.write("empty.pcap", b"")
    table.write("short.pcap", clean[:11])
    table.write("header.pcap", clean[:24])
    table.write("cut.pcap", clean[:-7])
    table.write("cut-header.pcap", clean[:24 + 7])
    table.write("text.pcap", "This is no capture.\n")
    table.write("noise.pcap", bytes(range(1, 200)))
    table.write("folder/good.pcap", clean)
    table.write("folder/notes.txt", "Captured on the span port of the core switch.\n")
    table.write("nothing/notes.txt", "Nothing was captured.\n")
    table.write("halves/b/1.pcap", table.sample("estate-1.pcap"))
    table.write("halves/a/2.pcap", table.sample("estate-2.pcap"))
    table.write("clean.pcap.gz", gzip.compress(clean))
    table.write("damaged.pcap", clean[:5000] + b"\xff" * 16 + clean[5016:])


def alone():
    return [
        Case("missing", ["audit", "none.pcap"], 66, error="none.pcap"),
        Case("all missing", ["audit", "none.pcap", "neither.pcap"], 66, error="none.pcap"),
        Case("empty", ["audit", "empty.pcap"], 65, error="empty.pcap: is empty"),
        Case("cut in the file header", ["audit", "short.pcap"], 65, error="short.pcap"),
        Case("text", ["audit", "text.pcap"], 65, error="is a text file"),
        Case("noise", ["audit", "noise.pcap"], 65, error="not a capture"),
        Case("flows of text", ["flows", "text.pcap"], 65, error="is a text file"),
        Case("a capture without frames", ["audit", "header.pcap", *INVENTORY], 2, output="INCONCLUSIVE"),
        Case("truncated in a frame", ["audit", "cut.pcap", *INVENTORY], 2, error="cut.pcap: cut in frame", output="INCONCLUSIVE"),
        Case("truncated in a record header", ["audit", "cut-header.pcap", *INVENTORY], 2, error="cut in the record header",
             output="INCONCLUSIVE"),
        Case("damaged in the middle", ["audit", "damaged.pcap", *INVENTORY], (1, 2), error="damaged.pcap", output="damaged"),
    ]


def among_others():
    return [
        Case("a good capture and a missing one", ["audit", CLEAN, "none.pcap", *INVENTORY], 2, error="none.pcap",
             output="none.pcap"),
        Case("a good capture and a text file", ["audit", "text.pcap", CLEAN, *INVENTORY], 2, error="text file",
             output="text.pcap"),
        Case("a damaged input outweighs a missing one", ["audit", "{samples}/estate.pcap", "none.pcap", *INVENTORY], 1,
             error="none.pcap", output="FAIL"),
        Case("the same capture twice counts once", ["audit", CLEAN, CLEAN, *INVENTORY], 0, output="PASS"),
        Case("a folder", ["audit", "folder", *INVENTORY], 0, error="notes.txt", output="PASS"),
        Case("a folder of folders", ["audit", "halves", *INVENTORY], 1, output="1.pcap"),
        Case("a folder, in the notes", ["audit", "folder", *INVENTORY], 0, error="notes.txt",
             output="1 file is not a capture and was skipped: folder/notes.txt."),
        Case("a folder without captures", ["audit", "nothing"], 66, error="holds no capture"),
        Case("a folder and a file in it", ["audit", "folder", "folder/good.pcap", *INVENTORY], 0, error="notes.txt",
             output="PASS"),
    ]


def copies(table):
    """What has the same content counts once, and is named."""
    table.write("copy.pcap", table.sample("estate-clean.pcap"))
    table.write("copies/one.pcap", table.sample("estate-clean.pcap"))
    table.write("copies/two.pcap", table.sample("estate-clean.pcap"))
    return [
        Case("a capture and its copy", ["audit", CLEAN, "copy.pcap", *INVENTORY], 0,
             error="copy.pcap has the same content as", output="copy.pcap has the same content as"),
        Case("without hashes", ["audit", CLEAN, "copy.pcap", "--no-hash", *INVENTORY], 0, error="counts once",
             output="PASS"),
        Case("copies in a folder", ["audit", "copies", *INVENTORY], 0, error="copies/two.pcap has the same content as "
             "copies/one.pcap and counts once", output="PASS"),
        Case("flows of a copy", ["flows", CLEAN, "copy.pcap"], 0, error="counts once", output="PROTO"),
        Case("discover with a copy", ["discover", CLEAN, "copy.pcap", "-o", "proposed.toml"], 0, error="counts once"),
    ]


def endless(table):
    """What never ends is refused; what a folder holds besides files is named."""
    (table.folder / "links").mkdir()
    table.write("links/one.pcap", table.sample("estate-clean.pcap"))
    (table.folder / "links" / "elsewhere").symlink_to(table.folder / "folder")
    (table.folder / "broken").mkdir()
    table.write("broken/one.pcap", table.sample("estate-clean.pcap"))
    (table.folder / "broken" / "gone.pcap").symlink_to("nowhere.pcap")
    (table.folder / "pipes").mkdir()
    table.write("pipes/one.pcap", table.sample("estate-clean.pcap"))
    os.mkfifo(table.folder / "pipes" / "pipe")
    with open(table.folder / "sparse.tar", "wb") as sparse:
        sparse.truncate(1 << 42)
    return [
        Case("a device", ["audit", "/dev/zero", *INVENTORY], 65, error="/dev/zero: is a device"),
        Case("flows of a device", ["flows", "/dev/zero"], 65, error="/dev/zero: is a device"),
        Case("evidence from a device", ["judge", "/dev/zero", *INVENTORY], 65, error="/dev/zero:1"),
        Case("an inventory from a device", ["audit", CLEAN, "-I", "/dev/zero"], 65,
             error="/dev/zero: is longer than 16 MiB"),
        Case("a file of zeros that takes no room", ["audit", "sparse.tar", *INVENTORY], 65,
             error="more than 256 MiB of nothing but zeros"),
        Case("a link to a folder", ["audit", "links", *INVENTORY], 0, error="links/elsewhere: a link to a folder",
             output="PASS"),
        Case("a link that leads nowhere", ["audit", "broken", *INVENTORY], 2, error="broken/gone.pcap: cannot be opened",
             output="INCONCLUSIVE"),
        Case("a pipe in a folder", ["audit", "pipes", *INVENTORY], 0, error="pipes/pipe: not a capture, skipped",
             output="PASS"),
    ]


def streams(table):
    clean = table.sample("estate-clean.pcap")
    return [
        Case("standard input", ["audit", "-", *INVENTORY], 0, stdin=clean, output="PASS"),
        Case("standard input, truncated", ["audit", "-", *INVENTORY], 2, stdin=clean[:-3], error="cut in frame", output="INCONCLUSIVE"),
        Case("standard input, empty", ["audit", "-", *INVENTORY], 65, error="is empty"),
        Case("flows of standard input", ["flows", "-", "-T", "ndjson"], 0, stdin=clean, output='"initiator"'),
    ]


def evidence_cases(table):
    good = (table.folder / "good.evidence").read_bytes()
    lines = good.splitlines(keepends=True)
    middle = len(lines) // 2
    table.write("empty.evidence", b"")
    table.write("cut.evidence", b"".join(lines[:middle]))
    table.write("torn.evidence", b"".join(lines[:middle]) + lines[middle][:20] + b"\n" + b"".join(lines[middle + 1:]))
    table.write("altered.evidence", good.replace(b"10.20.2.10", b"10.20.2.99", 1))
    table.write("later.evidence", good.replace(b"portproof-evidence/1", b"portproof-evidence/9", 1))
    return [
        Case("judge a missing file", ["judge", "none.evidence"], 66, error="none.evidence"),
        Case("judge a folder", ["judge", "folder"], 66, error="folder"),
        Case("judge an empty file", ["judge", "empty.evidence"], 65, error="empty.evidence"),
        Case("judge a capture", ["judge", CLEAN], 65, error="estate-clean.pcap:1"),
        Case("judge truncated evidence", ["judge", "cut.evidence"], 65, error="cut.evidence"),
        Case("judge evidence with a damaged line", ["judge", "torn.evidence"], 65, error=f"torn.evidence:{middle + 1}"),
        Case("judge modified evidence", ["judge", "altered.evidence"], 65, error="altered.evidence"),
        Case("judge evidence of another version", ["judge", "later.evidence"], 65, error="later.evidence:1"),
        Case("merge with truncated evidence", ["merge", "good.evidence", "cut.evidence", "-o", "merged"], 65,
             error="cut.evidence", absent=("merged",)),
        Case("merge evidence with itself", ["merge", "good.evidence", "good.evidence", "-o", "twice"], 0,
             error="good.evidence holds only inputs that good.evidence holds too; they count once"),
        Case("evidence of another capture", ["audit", "{samples}/estate-1.pcap", "--save-evidence", "one.evidence", "-o",
                                             "report"], 2),
        Case("evidence of both", ["merge", "good.evidence", "one.evidence", "-o", "both.evidence"], 0),
        Case("merge evidence with a part of it", ["merge", "one.evidence", "both.evidence", "-o", "whole.evidence"], 0,
             error="one.evidence holds only inputs that both.evidence holds too"),
        Case("evidence of both and a third", ["audit", CLEAN, "{samples}/estate-2.pcap", "--save-evidence",
                                              "third.evidence", "-o", "report"], (1, 2)),
        Case("merge evidence that shares some inputs", ["merge", "both.evidence", "third.evidence", "-o", "mixed"], 65,
             error="third.evidence: holds ", absent=("mixed",)),
        Case("evidence without a hash", ["audit", CLEAN, "--no-hash", "--save-evidence", "unhashed.evidence", "-o",
                                         "report"], 2),
        Case("merge evidence that looks the same, without a hash",
             ["merge", "unhashed.evidence", "unhashed.evidence", "-o", "mixed"], 65,
             error="without a SHA-256 (--no-hash) nothing says whether both are one capture", absent=("mixed",)),
        Case("evidence with other timeouts", ["audit", CLEAN, "--tcp-timeout", "60", "--save-evidence", "other.evidence",
                                           "-o", "report"], 2),
        Case("merge evidence with other timeouts", ["merge", "good.evidence", "other.evidence", "-o", "mixed"], 65,
             error="other.evidence", absent=("mixed",)),
        Case("evidence with tunnels kept closed", ["audit", CLEAN, "--keep-tunnels", "--save-evidence", "kept.evidence",
                                                   "-o", "report"], 2),
        Case("merge evidence with tunnels opened and kept closed",
             ["merge", "good.evidence", "kept.evidence", "-o", "mixed"], 65,
             error="different settings (--keep-tunnels)", absent=("mixed",)),
        Case("a report of evidence with tunnels kept closed", ["judge", "kept.evidence", *INVENTORY], 0,
             output="tunnels were not opened"),
        Case("a capture beside its own compressed copy", ["audit", CLEAN, "clean.pcap.gz", "-T", "json"], 2,
             output="seem to be the same capture"),
        Case("judge from standard input", ["judge", "-", *INVENTORY], 0, stdin=good, output="PASS"),
    ]


def forbidden(table):
    """Unreadable files. Root may read everything, so it runs these cases as another user; if that is not possible, they
        are reported as skipped."""
    secret = table.write("secret.pcap", table.sample("estate-clean.pcap"))
    table.write("secret.toml", "[site]\nname = \"secret\"\n").chmod(0)
    secret.chmod(0)
    table.folder.chmod(0o755)
    wrapper = []
    if os.geteuid() == 0:
        wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        program = table.folder / "portproof"
        shutil.copy(table.program, program)
        program.chmod(program.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
        for name in ("estate-clean.pcap", "estate.toml"):
            table.write(name, table.sample(name)).chmod(0o644)
        able = shutil.which("setpriv") and subprocess.run([*wrapper, str(program), "--version"], cwd=table.folder,
                                                          capture_output=True, check=False).returncode == 0
        if not able:
            print("skipped: unreadable files (no other user to run as)")
            return
        table.program = str(program)
    table.run([
        Case("an unreadable capture", ["audit", "secret.pcap"], 77, error="secret.pcap"),
        Case("an unreadable inventory", ["audit", "secret.pcap", "-I", "secret.toml"], 77, error="secret.toml"),
        Case("unreadable evidence", ["judge", "secret.pcap"], 77, error="secret.pcap"),
        Case("a good capture and an unreadable one", ["audit", "header.pcap", "secret.pcap"], 2, error="secret.pcap",
             output="secret.pcap"),
    ], wrapper)


def waiting(table):
    """A person at a terminal is told of a pipe that nobody writes to. Once somebody does, the audit goes on."""
    pipe = table.folder / "slow.pipe"
    os.mkfifo(pipe)
    terminal, end = pty.openpty()
    program = subprocess.Popen([table.program, "audit", "slow.pipe", "-o", "report"], cwd=table.folder,
                               env=table.environment, stderr=end)
    said = b""
    while b"\n" not in said and select.select([terminal], [], [], 20)[0]:
        said += os.read(terminal, 4096)
    if b"waiting for something to write to the pipe slow.pipe" not in said:
        table.fault("a pipe that nobody writes to", f"said {said}")
    pipe.write_bytes(table.sample("estate-clean.pcap"))
    status = program.wait(timeout=20)
    if status != 2:
        table.fault("a pipe that is written to late", f"exit status {status}, not 2")
    os.close(terminal)
    os.close(end)


def main():
    table = Table(*sys.argv[1:])
    prepare(table)
    waiting(table)
    table.run(alone() + among_others() + streams(table) + copies(table) + endless(table))
    table.run([Case("save evidence", ["audit", CLEAN, *INVENTORY, "--save-evidence", "good.evidence"], 0, output="PASS")])
    table.run(evidence_cases(table))
    forbidden(table)
    table.finish()


main()

#!/usr/bin/env python3
"""Compressed captures, archives, folders of hundreds of files, and runs that are stopped and resumed.

Usage: folders_test.py PROGRAM SOURCE"""
import bz2
import gzip
import hashlib
import io
import json
import lzma
import random
import signal
import struct
import subprocess
import sys
import tarfile
import time
import zipfile

from cli import Case, Table

INVENTORY = ["-I", "{samples}/estate.toml"]
FIXED = ["--seed", "1", "--reproducible", "-T", "json"]


def zst(content):
    """A zstd frame of raw blocks, which every decoder must read, made without the library."""
    blocks = [content[at:at + 100_000] for at in range(0, len(content), 100_000)] or [b""]
    frame = b"\x28\xb5\x2f\xfd\x00\x58"
    for index, block in enumerate(blocks):
        frame += struct.pack("<I", len(block) << 3 | (index == len(blocks) - 1))[:3] + block
    return frame


def zst_bomb(head, blocks):
    """A short raw block, then blocks of 128 KiB of zeros at four bytes each."""
    frame = b"\x28\xb5\x2f\xfd\x00\x58" + struct.pack("<I", len(head) << 3)[:3] + head
    repeated = struct.pack("<I", (128 * 1024) << 3 | 1 << 1)[:3] + b"\0"
    return frame + repeated * blocks + b"\1\0\0"


def tgz(members, mode="w:gz"):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def zipped(members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def frames_of(capture):
    """The frames of a little-endian classic pcap file, each with its record header."""
    at, frames = 24, []
    while at < len(capture):
        size = struct.unpack_from("<I", capture, at + 8)[0]
        frames.append(capture[at:at + 16 + size])
        at += 16 + size
    return frames


def split(capture, parts):
    """A rotated set: `parts` captures, some of them without frames."""
    frames = frames_of(capture)
    edges = [len(frames) * part // parts for part in range(parts + 1)]
    return [capture[:24] + b"".join(frames[begin:end]) for begin, end in zip(edges, edges[1:])]


def prepare(table):
    clean = table.sample("estate-clean.pcap")
    half = [table.sample("estate-1.pcap"), table.sample("estate-2.pcap")]
    table.write("clean.pcap.gz", gzip.compress(clean))
    table.write("clean.pcap.bz2", bz2.compress(clean))
    table.write("clean.pcap.xz", lzma.compress(clean))
    table.write("clean.pcap.zst", zst(clean))
    table.write("clean.tgz", tgz([("nstrace1/clean.cap", clean), ("README", b"Traces of node 1.\n")]))
    table.write("clean.tar.xz", tgz([("clean.cap", clean)], "w:xz"))
    table.write("clean.zip", zipped([("clean.cap", clean)]))
    table.write("wrong-name.pcap", gzip.compress(clean))
    table.write("twice.gz", gzip.compress(gzip.compress(clean)))
    table.write("readme.gz", gzip.compress(b"Nothing to see here, move along.\n"))
    table.write("cut.pcap.gz", gzip.compress(clean)[:-2000])
    table.write("nothing.zip", zipped([("README", b"Nothing.\n")]))
    table.write("empty.tar", tgz([], "w"))
    table.write("cut.tgz", tgz([("one.cap", half[0]), ("two.cap", half[1])])[:-3000])
    table.write("mixed/0.pcap", half[0])
    table.write("mixed/1.pcap.zst", zst(half[1]))
    table.write("mixed/2.tgz", tgz([("clean.cap", clean), ("README", b"Traces.\n")]))
    table.write("mixed/notes.txt", "Captured on the span port.\n")
    table.write("mixed/readme.gz", gzip.compress(b"Nothing to see here, move along.\n"))
    table.write("mixed/logs.zip", zipped([("a.log", b"started\n")]))
    table.write("strange/clean.pcap", clean)
    table.write("strange/old.snoop", b"snoop\0\0\0" + bytes(64))
    table.write("strange.tgz", tgz([("clean.cap", clean), ("traces.7z", b"7z\xbc\xaf\x27\x1c" + bytes(64))]))
    table.write("appended.zip", zipped([("clean.cap", clean)]) + half[0])
    table.write("torn/clean.pcap", clean)
    table.write("torn/trace.tgz", tgz([("good.cap", clean), ("bad.cap", clean[:5000] + b"\xff" * 16 + clean[5016:])]))
    table.write("bomb.zst", zst_bomb(clean, 40_000))
    table.write("bomb.gz", gzip.compress(clean + bytes(256 << 20), 9))


def compressed(table):
    clean = table.sample("estate-clean.pcap")
    passing = ["clean.pcap.gz", "clean.pcap.bz2", "clean.pcap.xz", "clean.pcap.zst", "clean.tar.xz", "clean.zip",
               "wrong-name.pcap"]
    cases = [Case(name, ["audit", name, *INVENTORY], 0, output="pass") for name in passing]
    for name in passing:
        cases.append(Case(f"{name} through a pipe", ["audit", "-", *INVENTORY], 0, output="pass",
                          stdin=(table.folder / name).read_bytes()))
    return cases + [
        Case("an archive with a text", ["audit", "clean.tgz", *INVENTORY], 0, output="pass",
             error="clean.tgz!README: not a capture, skipped"),
        Case("flows of an archive", ["flows", "clean.tgz", "-T", "ndjson"], 0, output='"initiator"'),
        Case("compressed twice", ["audit", "twice.gz"], 65, error="is compressed with gzip, which cannot be read here"),
        Case("a compressed text", ["audit", "readme.gz"], 65, error="is a text file"),
        Case("an archive without captures", ["audit", "nothing.zip"], 65, error="holds no capture"),
        Case("an empty archive", ["audit", "empty.tar"], 65, error="holds no capture"),
        Case("cut", ["audit", "cut.pcap.gz", *INVENTORY], 2, error="the gzip stream ends early", output="could not be read to the end"),
        Case("truncated, through a pipe", ["audit", "-", *INVENTORY], 2, stdin=gzip.compress(clean)[:-2000],
             error="the gzip stream ends early", output="could not be read to the end"),
        Case("a truncated archive", ["audit", "cut.tgz", *INVENTORY], (1, 2), error="cut.tgz!two.cap", output="ends early",
             lines=2),
        Case("a folder of everything", ["audit", "mixed", *INVENTORY], 1, error="mixed/2.tgz!README: not a capture",
             output="2.tgz!clean.cap", lines=4),
        Case("a capture that is not read, in a folder", ["audit", "strange", *INVENTORY], 2,
             error="strange/old.snoop: is a snoop capture", output="strange/old.snoop"),
        Case("an archive that is not read, in an archive", ["audit", "strange.tgz", *INVENTORY], 2,
             error="strange.tgz!traces.7z: is a 7z archive", output="strange.tgz!traces.7z"),
        Case("a capture behind a ZIP archive", ["audit", "appended.zip", *INVENTORY], 2,
             error="belong neither to a member nor to the directory", output="appended.zip"),
        Case("a damaged member", ["audit", "torn", *INVENTORY], 2, error="torn/trace.tgz!bad.cap: damaged at byte",
             output="could not be read to the end"),
    ]


def expect(table, name, holds, what=""):
    table.faults += 0 if holds else 1
    print("ok:   " if holds else "FAULT:", name, "" if holds else what)


def audit(table, *words):
    command = [table.program, "audit", *[word.replace("{samples}", table.samples) for word in [*words, *INVENTORY, *FIXED]]]
    return subprocess.run(command, cwd=table.folder, env=table.environment, capture_output=True, timeout=120, check=False)


def report(table, *words):
    done = audit(table, *words)
    if done.returncode not in (0, 1, 2):
        expect(table, f"audit {words}", False, done.stderr.decode())
        return {}
    return json.loads(done.stdout)


def bombs(table):
    for name in ("bomb.zst", "bomb.gz"):
        began = time.monotonic()
        done = audit(table, name)
        expect(table, f"{name} cannot pass", done.returncode == 2 and b"times its size" in done.stderr, done.stderr)
        expect(table, f"{name} stops early", time.monotonic() - began < 30, "it took longer than 30 s")


def hashes(table):
    inputs = report(table, "clean.tgz", "clean.pcap.gz").get("inputs", [])
    for entry in inputs:
        name = entry["path"].split("!")[0]
        digest = hashlib.sha256((table.folder / name).read_bytes()).hexdigest()
        expect(table, f"the hash of {entry['path']} is the file's hash", entry["sha256"] == digest)
    expect(table, "both inputs are listed", len(inputs) == 2)


def rotated(table):
    """The same result in any order, with any number of threads, and however the parts are compressed."""
    parts = split(table.sample("estate.pcap"), 300)
    packing = [(lambda part: part, "pcap"), (gzip.compress, "pcap.gz"), (zst, "pcap.zst")]
    for index, part in enumerate(parts):
        pack, ending = packing[index % len(packing)]
        table.write(f"rotated/{index:03}.{ending}", pack(part))
    names = sorted(f"rotated/{name.name}" for name in (table.folder / "rotated").iterdir())
    shuffled = list(names)
    random.Random(5).shuffle(shuffled)
    first = report(table, "rotated", "--threads", "1")
    for title, words in (("four threads", ["rotated", "--threads", "4"]), ("another order", shuffled),
                         ("another order and three threads", [*reversed(shuffled), "--threads", "3"])):
        expect(table, f"300 files, {title}: the same report", report(table, *words) == first)
    expect(table, "300 files: all are listed as inputs", len(first.get("inputs", [])) == 300)
    whole = json.loads(audit(table, "{samples}/estate.pcap").stdout)
    expect(table, "300 files: as many packets as in one file",
           first.get("totals", {}).get("packets") == whole["totals"]["packets"])
    return first


def resumed(table, whole):
    """A run that is stopped several times produces the same report as one that is not."""
    command = [table.program, "audit", "rotated", "--threads", "1", "--resume", "run.evidence", *FIXED,
               *[word.replace("{samples}", table.samples) for word in INVENTORY]]
    stops = 0
    for attempt in range(40):
        run = subprocess.Popen(command, cwd=table.folder, env=table.environment, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        try:
            output, errors = run.communicate(timeout=0.1 + 0.15 * attempt if stops < 3 else 120)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGTERM if attempt % 2 else signal.SIGINT)
            output, errors = run.communicate(timeout=60)
        if run.returncode >= 0:
            break
        stops += b"the same command goes on" in errors
    expect(table, f"stopped {stops} times and resumed: the same report",
           run.returncode == 1 and json.loads(output) == whole, errors.decode()[:300])
    began = time.monotonic()
    again = subprocess.run(command, cwd=table.folder, env=table.environment, capture_output=True, timeout=120, check=False)
    expect(table, "resumed when all was done: the same report", again.stdout == output)
    print(f"        {time.monotonic() - began:.2f} s")


def resume_faults(table):
    clean = table.sample("estate-clean.pcap")
    table.write("kept/a.pcap", clean)
    table.write("kept/b.tgz", tgz([("b.cap", table.sample("estate-1.pcap"))]))
    table.write("kept/c.pcap", table.sample("estate-2.pcap")[:-5])
    kept = ["audit", "kept", "--resume", "kept.evidence", *INVENTORY]
    table.run([
        Case("resume: a damaged input", kept, (1, 2), error="c.pcap: cut in frame", output="b.tgz!b.cap"),
        Case("resume: it is read again", kept, (1, 2), error="c.pcap: cut in frame", output="b.tgz!b.cap"),
    ])
    table.write("kept/c.pcap", table.sample("estate-2.pcap"))
    table.run([
        Case("resume: it has been repaired", kept, 1, output="c.pcap"),
        Case("resume without hashes", ["audit", "kept", "--no-hash", "--resume", "sizes.evidence", *INVENTORY], 1,
             output="b.tgz!b.cap"),
        Case("resume without hashes, again", ["audit", "kept", "--no-hash", "--resume", "sizes.evidence", *INVENTORY], 1,
             output="b.tgz!b.cap"),
    ])
    inputs = report(table, "kept", "--resume", "kept.evidence").get("inputs", [])
    expect(table, "resume: no input counts twice", len(inputs) == 3, str(len(inputs)))
    inputs = report(table, "kept", "--no-hash", "--resume", "sizes.evidence").get("inputs", [])
    expect(table, "resume without hashes: no input counts twice", len(inputs) == 3, str(len(inputs)))
    table.write("kept/a.pcap", clean + frames_of(clean)[0])
    table.write("text.evidence", "not evidence\n")
    table.run([
        Case("resume: a capture has changed", kept, 65, error="kept/a.pcap: has changed since"),
        Case("resume: a capture has another size", ["audit", "kept", "--no-hash", "--resume", "sizes.evidence"], 65,
             error="kept/a.pcap: has changed since"),
        Case("resume: standard input", ["audit", "-", "--resume", "x.evidence"], 64, error="is a stream", stdin=clean,
             absent=("x.evidence",)),
        Case("resume: no evidence", ["audit", "kept", "--resume", "text.evidence"], 65, error="text.evidence"),
        Case("resume: other timeouts", ["audit", "kept", "--resume", "kept.evidence", "--udp-timeout", "5"], 64,
             error="different settings (the flow timeouts)"),
        Case("resume: tunnels kept closed", ["audit", "kept", "--resume", "kept.evidence", "--keep-tunnels"], 64,
             error="different settings (--keep-tunnels)"),
        Case("resume: nowhere to save", ["audit", "kept", "--resume", "none/x.evidence"], 73, error="none/x.evidence"),
    ])


def main():
    table = Table(sys.argv[1], sys.argv[2])
    prepare(table)
    table.run(compressed(table))
    bombs(table)
    hashes(table)
    whole = rotated(table)
    resumed(table, whole)
    resume_faults(table)
    table.finish()


main()

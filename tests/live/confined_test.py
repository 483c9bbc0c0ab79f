"""Commands confine themselves before they read a file, and still do everything else: many inputs and threads,
compressed files, archives, folders with links that lead out of them, standard input and pipes, all their outputs."""
import gzip
import json
import lzma
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

sys.dont_write_bytecode = True
from live import Checks, program_of

PROGRAM, SOURCE = program_of(sys.argv)
CAPTURE = SOURCE / "samples" / "estate.pcap"
INVENTORY = SOURCE / "samples" / "estate.toml"
checks = Checks()


def audit(*words, **options):
    done = subprocess.run([PROGRAM, "audit", *map(str, words), "-I", INVENTORY, "-T", "json"], capture_output=True,
                          check=False, timeout=60, **options)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr.decode()


def totals(report):
    return {key: report["totals"][key] for key in ("packets", "bytes", "conversations", "by_verdict")}


def test_in_force():
    """The restrictions while it waits for its input."""
    process = subprocess.Popen([PROGRAM, "audit", "-", "-I", INVENTORY, "-T", "json"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    status = {}
    for _ in range(200):
        lines = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
        status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        if status["Seccomp"] == "2":
            break
        time.sleep(0.02)
    checks.same("seccomp while it waits for its input", status["Seccomp"], "2")
    checks.same("NoNewPrivs", status["NoNewPrivs"], "1")
    out, _ = process.communicate(CAPTURE.read_bytes(), timeout=60)
    report = json.loads(out)
    checks.true(f"the report says so: {report['run']['restrictions']}", "seccomp refused" in report["run"]["restrictions"])
    checks.true("and who ran it, whose name could no longer be looked up", not report["run"]["user"].isdigit())
    return totals(report)


def is_confined(process):
    """Does the process come to be confined?"""
    for _ in range(200):
        lines = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
        if "Seccomp:\t2" in lines and "NoNewPrivs:\t1" in lines:
            return True
        time.sleep(0.02)
    return False


def test_other_commands(folder):
    """Each command confines itself before it reads, and still does its work."""
    evidence = folder / "one.evidence"
    audit(CAPTURE, "--save-evidence", evidence, "-o", folder / "one.json")
    catalog = folder / "catalog"
    catalog.mkdir()
    for file in (SOURCE / "catalog").glob("*.toml"):
        shutil.copy(file, catalog)
    estate = ("-I", INVENTORY, "--catalog", catalog)
    for words, data, status in ((("flows", "-", "-o", folder / "flows.txt"), CAPTURE, 0),
                                (("discover", "-", *estate, "-o", folder / "proposed.toml"), CAPTURE, 0),
                                (("judge", "-", *estate, "-T", "json", "-o", folder / "judged.json"), evidence, 1),
                                (("merge", "-", "-o", folder / "merged.evidence"), evidence, 0)):
        process = subprocess.Popen([PROGRAM, *map(str, words)], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        checks.true(f"{words[0]} is confined while it waits for its input", is_confined(process))
        _, errors = process.communicate(data.read_bytes(), timeout=60)
        checks.true(f"{words[0]}: exit {process.returncode} {errors.decode()}", process.returncode == status and not errors)
    checks.true("merged evidence is the same", (folder / "merged.evidence").read_bytes() == evidence.read_bytes())
    judged = json.loads((folder / "judged.json").read_text())
    checks.true(f"a judgement says so: {judged['run']['restrictions']}", "seccomp refused" in judged["run"]["restrictions"])
    # An inventory and a catalog of their own, by links that lead out of their folders, and by a pipe.
    (folder / "linked.toml").symlink_to(INVENTORY)
    (catalog / "storefront.toml").rename(folder / "outside" / "storefront.toml")
    (catalog / "storefront.toml").symlink_to(folder / "outside" / "storefront.toml")
    for words, status in ((("explain", "storefront", "ddc", "tcp", "443", "-I", folder / "linked.toml", "--catalog",
                            catalog), 0),
                          (("catalog", "lint", catalog), 0), (("catalog", "list", "--catalog", catalog), 0),
                          (("judge", evidence, "-I", folder / "linked.toml", "--catalog", catalog), 1)):
        done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, check=False, timeout=60)
        checks.true(f"{words[0]} {words[1]}: exit {done.returncode} {done.stderr.decode()}",
                    done.returncode == status and not done.stderr)
    done = subprocess.run(["bash", "-c", f"'{PROGRAM}' judge '{evidence}' -I <(cat '{INVENTORY}')"], capture_output=True,
                          check=False, timeout=60)
    checks.true(f"an inventory from a pipe: exit {done.returncode} {done.stderr.decode()}", done.returncode == 1)
    done = subprocess.run([PROGRAM, "flows", CAPTURE, "-f", "tcp port https or host localhost"], capture_output=True,
                          check=False, timeout=60)
    checks.true(f"a filter with names: exit {done.returncode} {done.stderr.decode()}", done.returncode == 0)


def test_inputs(folder, wanted):
    outside = folder / "outside"
    captures = folder / "captures"
    for one in (outside, captures):
        one.mkdir()
    shutil.copy(CAPTURE, outside / "linked.pcap")
    (captures / "linked.pcap").symlink_to(outside / "linked.pcap")
    data = CAPTURE.read_bytes()
    (folder / "one.pcap.gz").write_bytes(gzip.compress(data))
    (folder / "one.pcap.xz").write_bytes(lzma.compress(data))
    with tarfile.open(folder / "all.tar.gz", "w:gz") as archive:
        archive.add(CAPTURE, "inside/é.pcap")
    os.mkfifo(folder / "pipe")
    for name in ("one.pcap.gz", "one.pcap.xz", "all.tar.gz", "captures", "pipe"):
        feeder = subprocess.Popen(["sh", "-c", f"cat '{CAPTURE}' > '{folder / name}'"]) if name == "pipe" else None
        status, report, errors = audit(folder / name)
        if feeder:
            feeder.wait()
        checks.true(f"{name}: exit {status} {errors}", status == 1 and totals(report) == wanted and not errors)
    for threads in (1, 4):
        several = [SOURCE / "samples" / f"estate-{number}.pcap" for number in (1, 2)]
        status, report, errors = audit(*several, "--threads", threads)
        checks.true(f"two captures, {threads} threads: exit {status} {errors}", status == 1 and
                    report["totals"]["packets"] == wanted["packets"] and not errors)
    status, report, _ = audit(CAPTURE, "-f", "tcp port https or host localhost")
    checks.true(f"a filter with names: exit {status}", report is not None and 0 < report["totals"]["packets"])
    checks.same("a missing capture", audit(folder / "nothing.pcap")[0], 66)


def test_outputs(folder):
    for option, name in (("-o", "report.json"), ("--save-evidence", "saved"), ("--resume", "resumed")):
        for _ in range(2):  # created, and replaced
            status, _, errors = audit(CAPTURE, option, folder / name)
            checks.true(f"{option}: exit {status} {errors}", status == 1 and not errors and (folder / name).stat().st_size > 0)
    status, _, errors = audit(CAPTURE, "-o", "here.json", cwd=folder)
    checks.true(f"in the folder where it runs: exit {status} {errors}", status == 1 and (folder / "here.json").exists())
    status, _, errors = audit(CAPTURE, "-o", "/dev/null")
    checks.true(f"to a device: exit {status} {errors}", status == 1 and not errors)
    # A link stays, and is written through, even out of its own folder.
    (folder / "outside" / "linked.json").write_text("before")
    (folder / "link.json").symlink_to("outside/linked.json")
    (folder / "stdout").symlink_to("/proc/self/fd/1")
    status, _, errors = audit(CAPTURE, "-o", folder / "link.json")
    checks.true(f"to a link: exit {status} {errors}", status == 1 and (folder / "link.json").is_symlink() and
                (folder / "outside" / "linked.json").read_text().startswith("{"))
    with open(folder / "redirected", "wb") as file:
        subprocess.run([PROGRAM, "audit", CAPTURE, "-I", INVENTORY, "-o", folder / "stdout"], stdout=file, check=False)
    checks.true("to a link to standard output", (folder / "stdout").is_symlink() and
                (folder / "redirected").read_text().startswith("FAIL"))
    checks.same("to a missing folder", audit(CAPTURE, "-o", folder / "none" / "report")[0], 73)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        wanted = test_in_force()
        test_inputs(folder, wanted)
        test_outputs(folder)
        test_other_commands(folder)
    checks.end()


main()

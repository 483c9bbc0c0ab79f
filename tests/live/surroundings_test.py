"""A watch among surroundings that are not as they should be: standard streams that are closed, full or read by nobody,
links, pipes in place of files, clients of its metrics that mean no good. It sends nothing, goes on, and ends when it is told to."""
import json
import os
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from live import Checks, Folder, Net, Watch, addresses_of, program_of, require

PROGRAM, SOURCE = program_of(sys.argv)
CAPTURE = SOURCE / "samples" / "estate.pcap"
INVENTORY = SOURCE / "samples" / "estate.toml"
checks = Checks()


def start(net, folder, *options, closed="", **streams):
    """A watch of rx0 with `closed` for a redirection of the shell; it is given a moment to begin."""
    words = " ".join(map(str, ("watch", "-o", folder.reports, "-T", "json", "-i", "rx0", "--look", 1, *options)))
    process = subprocess.Popen(["ip", "netns", "exec", net.watcher, "sh", "-c", f"exec {PROGRAM} {words} {closed}"],
                               **streams)
    time.sleep(1.5)
    return process


def end(process, seconds=20):
    """The exit status after SIGTERM; None where it does not end in that time."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def sent_packets(net):
    link = subprocess.run(["ip", "-n", net.watcher, "-s", "-j", "link", "show", "rx0"], capture_output=True, check=True)
    return json.loads(link.stdout)[0]["stats64"]["tx"]["packets"]


def target_of(process, descriptor):
    try:
        return os.readlink(f"/proc/{process.pid}/fd/{descriptor}")
    except FileNotFoundError:
        return None


def test_closed(net, folder):
    """What is said on a standard stream that is closed must not go where that number leads."""
    for closed in ("0<&- 1>&- 2>&-", "0<&- 2>&-", "2>&-"):
        before = sent_packets(net)
        process = start(net, folder, "-I", INVENTORY, "--status", closed=closed)
        gone = [number for number in range(3) if f"{number}>" in closed or f"{number}<" in closed]
        checks.same(f"streams of '{closed}'", {target_of(process, number) for number in gone}, {"/dev/null"})
        net.replay(CAPTURE, "--multiplier", "1000")
        time.sleep(2.5)
        checks.same("exit status", end(process), 1)
        checks.same("packets sent on the interface", sent_packets(net) - before, 0)


def test_full_errors(net, folder):
    """What cannot be said on standard error, on a full disk or to a reader that went away, is no fault."""
    with open("/dev/full", "w", encoding="ascii") as full:
        process = start(net, folder, "-I", INVENTORY, "--status", stderr=full)
        net.replay(CAPTURE, "--multiplier", "1000")
        time.sleep(2.5)
        checks.same("exit status with standard error on a full disk", end(process), 1)
    checks.same("its reports", len(list(folder.reports.glob("report-*"))), 1)
    inventory = folder.path / "estate.toml"
    shutil.copy(INVENTORY, inventory)
    process = start(net, folder, "-I", inventory, stderr=subprocess.PIPE)
    process.stderr.close()
    inventory.write_text("[site\n")
    process.send_signal(signal.SIGHUP)
    time.sleep(2)
    checks.same("running after an inventory was refused and nobody heard", process.poll(), None)
    checks.same("exit status with nobody at standard error", end(process), 1)
    checks.same("reports of both", len(list(folder.reports.glob("report-*"))), 2)


def main():
    require("tcpreplay")
    tests = [test_closed, test_full_errors]
    wanted = sys.argv[3:]
    with Net() as net:
        net.assign(addresses_of(CAPTURE))
        for test in tests:
            if wanted and test.__name__ not in wanted:
                continue
            print(f"--- {test.__name__}")
            with Folder() as folder:
                try:
                    test(net, folder)
                except (TimeoutError, OSError, subprocess.SubprocessError) as fault:
                    checks.true(f"{test.__name__}: {fault}", False)
    checks.end()


main()

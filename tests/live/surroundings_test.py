"""A watch in surroundings that are not as they should be: standard streams that are closed, full or read by nobody,
links, pipes in place of files, hostile clients of its metrics. It sends nothing, keeps running, and ends when
told to."""
import fcntl
import json
import os
import shutil
import signal
import socket
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
    """A watch of rx0 with `closed` as a shell redirection; it is given a moment to start."""
    words = " ".join(map(str, ("watch", "-o", folder.reports, "-T", "json", "-i", "rx0", "--look", 1, *options)))
    process = subprocess.Popen(["ip", "netns", "exec", net.watcher, "sh", "-c", f"exec {PROGRAM} {words} {closed}"],
                               **streams)
    time.sleep(1.5)
    return process


def end(process, seconds=20):
    """The exit status after SIGTERM; None if it does not end in that time."""
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
    """Output for a closed standard stream must not go to whatever now has that descriptor."""
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
    """A message that cannot be written to standard error, on a full disk or to a reader that went away, is not an
    error."""
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
    checks.same("running after an inventory was refused and the message was lost", process.poll(), None)
    checks.same("exit status without a reader at standard error", end(process), 1)
    checks.same("reports of both", len(list(folder.reports.glob("report-*"))), 2)


def full_pipe():
    """Both ends of a pipe that has no room."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writing, b"x" * 4096)
    return reading, writing


def test_no_reader(net, folder):
    """If nobody reads its output, the output is dropped, and the watch neither waits nor hangs."""
    for what, options in (("standard error", ("--status",)), ("events", ("--events", "-"))):
        reading, writing = full_pipe()
        process = start(net, folder, "-I", INVENTORY, "--interval", 1, *options,
                        **{"stderr" if what == "standard error" else "stdout": writing})
        os.close(writing)
        net.replay(CAPTURE, "--multiplier", "1000")
        before = len(list(folder.reports.glob("report-*")))
        time.sleep(3)
        checks.true(f"reports continue while nobody reads {what}", len(list(folder.reports.glob("report-*"))) > before)
        checks.same("exit status", end(process), 1)
        os.close(reading)
    fifo = folder.path / "fifo"
    os.mkfifo(fifo)
    process = start(net, folder, "-I", INVENTORY, "--events", fifo, stderr=subprocess.PIPE)
    checks.same("exit status with events to a pipe that nobody reads", process.poll(), 73)
    checks.true("and it says why", b"nothing reads this pipe" in process.stderr.read())
    end(process)
    inventory = folder.path / "estate.toml"
    shutil.copy(INVENTORY, inventory)
    process = start(net, folder, "-I", inventory, stderr=subprocess.PIPE)
    inventory.unlink()
    os.mkfifo(inventory)
    process.send_signal(signal.SIGHUP)
    time.sleep(2)
    checks.true("an inventory that became a pipe does not hold it up", end(process) in (0, 1, 2))
    checks.true("and is refused", b"estate.toml: is not a regular file" in process.stderr.read())


def test_links(net, folder):
    """Inventory, catalog and evidence are elsewhere, and links lead there."""
    far, near = folder.path / "far", folder.path / "near"
    far.mkdir()
    near.mkdir()
    shutil.chown(far, "nobody", "nogroup")
    (folder.path / "site.toml").symlink_to(folder.path / "site" / "estate.toml")
    (folder.path / "site").mkdir()
    shutil.copy(INVENTORY, folder.path / "site")
    for file in (SOURCE / "catalog").glob("*.toml"):
        shutil.copy(file, far)
        (near / file.name).symlink_to(far / file.name)
    (folder.reports / "linked.evidence").symlink_to(far / "evidence")
    process = start(net, folder, "-I", folder.path / "site.toml", "--catalog", near, "--evidence",
                    folder.reports / "linked.evidence", stderr=subprocess.PIPE)
    net.replay(CAPTURE, "--multiplier", "1000")
    process.send_signal(signal.SIGHUP)
    time.sleep(1.5)
    checks.same("exit status with links", end(process), 1)
    checks.same("its error messages", process.stderr.read(), b"")
    checks.true("evidence where the link leads", (far / "evidence").exists() and
                (folder.reports / "linked.evidence").is_symlink())


HANGING = """
import resource, socket, sys, time
resource.setrlimit(resource.RLIMIT_NOFILE, (5000, 5000))
clients = []
for _ in range(int(sys.argv[1])):
    clients.append(socket.create_connection(("127.0.0.1", 9309), timeout=3))
print("connected", flush=True)
while True:
    for client in clients[:3]:
        try:
            client.send(b"a")
        except OSError:
            pass
    time.sleep(1)
"""
ASKING = ("import urllib.request\n"
          "print(urllib.request.urlopen('http://127.0.0.1:9309/metrics', timeout=5).read().decode())")


def test_metrics(net, folder):
    """Clients that hold connections open, sending one byte per second: others are answered, reports are made, and it
    ends."""
    for clients in (3, 1200):
        process = start(net, folder, "-I", INVENTORY, "--metrics", 9309)
        attack = subprocess.Popen(["ip", "netns", "exec", net.watcher, sys.executable, "-c", HANGING, str(clients)],
                                  stdout=subprocess.PIPE)
        attack.stdout.readline()
        page = subprocess.run(["ip", "netns", "exec", net.watcher, sys.executable, "-c", ASKING], capture_output=True,
                              text=True, check=False).stdout
        checks.true(f"metrics next to {clients} hanging clients", "portproof_packets_total" in page)
        count = len(os.listdir(f"/proc/{process.pid}/fd"))
        checks.true(f"{count} descriptors", count < 50)
        began = time.monotonic()
        checks.true("exit status", end(process) in (0, 1, 2))
        checks.true(f"ended within {time.monotonic() - began:.1f} s", time.monotonic() - began < 5)
        attack.kill()
        attack.wait()


def test_service(net, folder):
    """The service manager learns that the watch is stopping before the last report is made; a manager that does not
    read holds nothing up."""
    path = folder.path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        path.chmod(0o777)
        environment = {**os.environ, "NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "20000"}
        process = start(net, folder, "-I", INVENTORY, env=environment)
        manager.settimeout(5)
        heard = manager.recv(100)
        checks.true(f"received first: {heard}", heard.startswith(b"READY=1"))
        time.sleep(4)  # long enough to fill the socket with pings
        began = time.monotonic()
        net.replay(CAPTURE, "--multiplier", "1000")
        checks.same("exit status with a manager that does not read", end(process), 1)
        checks.true(f"it took {time.monotonic() - began:.1f} s", time.monotonic() - began < 6)
        environment["WATCHDOG_USEC"] = "20000000"
        manager.setblocking(False)
        while True:
            try:
                manager.recv(100)
            except BlockingIOError:
                break
        manager.settimeout(10)
        reports = len(list(folder.reports.glob("report-*")))
        process = start(net, folder, "-I", INVENTORY, env=environment)
        while b"READY=1" not in manager.recv(100):
            pass
        process.send_signal(signal.SIGTERM)
        while b"STOPPING=1" not in manager.recv(100):
            pass
        checks.same("reports when it announces that it is stopping", len(list(folder.reports.glob("report-*"))), reports)
        checks.same("exit status", end(process), 1)


def main():
    require("tcpreplay")
    tests = [test_closed, test_full_errors, test_no_reader, test_links, test_metrics, test_service]
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

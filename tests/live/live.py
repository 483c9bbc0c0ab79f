"""Shared by the tests of live capture: two private network namespaces with a veth pair between them, addresses that are
assigned there before any frame carries them, and a watch that runs in one of them.

Frames never leave: the pair is the only way out of either namespace. If root, namespaces or tools are missing, the test
reports that it is skipped (exit 77)."""
import atexit
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

SKIPPED = 77


def skip(why):
    print("skipped:", why)
    sys.exit(SKIPPED)


def require(*tools):
    if os.geteuid() != 0:
        skip("network namespaces need root")
    for tool in ("ip", *tools):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    name = f"ppprobe{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode != 0:
        skip("cannot create a network namespace here")
    subprocess.run(["ip", "netns", "del", name], check=False)


def addresses_of(capture):
    """All IPv4 addresses in the frames of a little-endian Ethernet pcap (VLAN tags removed)."""
    data = pathlib.Path(capture).read_bytes()
    found = set()
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        frame = data[at + 16:at + 16 + size]
        at += 16 + size
        kind = 12
        while frame[kind:kind + 2] in (b"\x81\x00", b"\x88\xa8"):
            kind += 4
        if frame[kind:kind + 2] == b"\x08\x00" and len(frame) >= kind + 22:
            found.add(socket.inet_ntoa(frame[kind + 14:kind + 18]))
            found.add(socket.inet_ntoa(frame[kind + 18:kind + 22]))
    return sorted(found)


class Net:
    """Sender and watcher, with `pairs` veth pairs tx0-rx0, tx1-rx1 ... between them."""

    def __init__(self, pairs=1, mtu=1500):
        self.sender = f"pps{os.getpid()}"
        self.watcher = f"ppw{os.getpid()}"
        for name in (self.sender, self.watcher):
            self.call("ip", "netns", "add", name)
            atexit.register(subprocess.run, ["ip", "netns", "del", name], capture_output=True, check=False)
            # Nothing but the test's own frames may be on the wire.
            self.inside(name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                        "net.ipv6.conf.default.disable_ipv6=1")
            self.call("ip", "-n", name, "link", "set", "lo", "up")
        for pair in range(pairs):
            self.call("ip", "link", "add", f"tx{pair}", "mtu", str(mtu), "netns", self.sender, "type", "veth", "peer",
                      "name", f"rx{pair}", "mtu", str(mtu), "netns", self.watcher)
            self.call("ip", "-n", self.sender, "link", "set", f"tx{pair}", "up", "arp", "off")
            self.call("ip", "-n", self.watcher, "link", "set", f"rx{pair}", "up", "arp", "off")

    def close(self):
        for name in (self.sender, self.watcher):
            subprocess.run(["ip", "netns", "del", name], check=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @staticmethod
    def call(*words, stdin=None):
        subprocess.run(words, check=True, input=stdin, text=True, stdout=subprocess.DEVNULL)

    def inside(self, name, *words):
        self.call("ip", "netns", "exec", name, *words)

    def assign(self, addresses):
        """Assigns the addresses to the sender's loopback. 0.0.0.0, multicast and broadcast belong to no host."""
        lines = [f"address add {address}/32 dev lo" for address in addresses
                 if 0 < int(address.split(".")[0]) < 224]
        self.call("ip", "-n", self.sender, "-batch", "-", stdin="\n".join(lines) + "\n")

    def replay(self, capture, *options, interface="tx0"):
        done = subprocess.run(["ip", "netns", "exec", self.sender, "tcpreplay", "-q", "-i", interface, *options,
                               str(capture)], check=True, capture_output=True, text=True)
        for line in done.stdout.splitlines():
            if line.startswith("Actual:"):
                return int(line.split()[1])
        raise RuntimeError("tcpreplay does not report what it sent: " + done.stdout)


class Watch:
    """A watch in the watcher's namespace. `folder` receives its reports, and belongs to the user nobody."""

    def __init__(self, net, program, folder, *options, interfaces=("rx0",)):
        self.folder = pathlib.Path(folder)
        self.log = open(self.folder.parent / f"log-{time.time_ns()}", "w+", encoding="utf-8")
        words = ["ip", "netns", "exec", net.watcher, str(program), "watch", "-o", str(folder), "-T", "json"]
        for interface in interfaces:
            words += ["-i", interface]
        self.process = subprocess.Popen([*words, *map(str, options)], stdout=subprocess.PIPE, stderr=self.log)
        self.wait_for(lambda: self.is_locked() or self.process.poll() is not None, "the watch to start")
        time.sleep(0.3)

    def status(self):
        try:
            lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            return {}
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    def is_locked(self):
        return self.status().get("Seccomp") == "2"

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def wait_for(condition, what, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("timed out waiting for " + what)
            time.sleep(0.02)

    def send(self, number):
        self.process.send_signal(number)

    def reports(self):
        return sorted(self.folder.glob("report-*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))

    def wait_for_report(self, beyond):
        self.wait_for(lambda: len(self.reports()) > beyond, "a report")
        return self.read(self.reports()[-1])

    @staticmethod
    def read(path):
        return json.loads(path.read_text(encoding="utf-8"))

    def stop(self, number=signal.SIGTERM, seconds=60):
        """The exit status."""
        if self.process.poll() is None:
            self.send(number)
        out, _ = self.process.communicate(timeout=seconds)
        self.output = out.decode()
        self.log.seek(0)
        self.errors = self.log.read()
        self.log.close()
        return self.process.returncode

    def last_report(self):
        return self.read(self.reports()[-1])


class Folder:
    """A temporary folder, with a subfolder that the unprivileged user may write to."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="portproof-live-"))
        self.path.chmod(0o755)
        self.reports = self.path / "reports"
        self.reports.mkdir()
        shutil.chown(self.reports, "nobody", "nogroup")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


class Checks:
    def __init__(self):
        self.faults = 0

    def same(self, what, found, wanted):
        self.true(f"{what}: {found!r}" + ("" if found == wanted else f", not {wanted!r}"), found == wanted)

    def true(self, what, condition):
        print("ok:   " if condition else "FAULT:", what, flush=True)
        self.faults += 0 if condition else 1

    def end(self):
        print("no fault" if self.faults == 0 else f"{self.faults} faults")
        sys.exit(1 if self.faults else 0)


def program_of(arguments):
    """The release build: sanitizers and a system call filter do not work together."""
    program = pathlib.Path(arguments[1])
    if not program.exists():
        skip(f"{program} does not exist; build it first (cmake --preset release && cmake --build --preset release)")
    return program.resolve(), pathlib.Path(arguments[2]).resolve()

"""Runs the commands of docs/use/operations.md as written, except the ones in NOT_HERE, and checks that events reach the
local syslog. Runs in private network and mount namespaces, with copies of /etc and /dev, so that the machine stays
unchanged."""
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

sys.dont_write_bytecode = True
from live import Checks, Folder, Net, addresses_of, program_of, require

PROGRAM, SOURCE = program_of(sys.argv)
INSIDE = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
CAPTURE = SOURCE / "samples" / "estate.pcap"
NOT_HERE = {
    "systemctl": "no systemd runs here; systemd-analyze checks the unit instead",
    "python3 tests/live/": "these are separate tests and measurements",
    "build/dev/": "likewise",
}
checks = Checks()


def documented():
    """The lines of all shell examples, in order."""
    text = (SOURCE / "docs" / "use" / "operations.md").read_text(encoding="utf-8")
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()
            if line and not line.startswith("#")]


def shell(line, **options):
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60, check=False, **options)


def prepare(folder):
    """Copies of what the commands change, and the program where they look for it."""
    for what in ("etc", "dev", "state"):
        (folder / what).mkdir()
    subprocess.run(["cp", "-a", "/etc/.", folder / "etc"], check=True)
    subprocess.run(["mount", "--bind", folder / "etc", "/etc"], check=True)
    pathlib.Path("/var/lib/portproof").mkdir(exist_ok=True)
    subprocess.run(["mount", "--bind", folder / "state", "/var/lib/portproof"], check=True)
    for name, minor in (("null", 3), ("zero", 5), ("urandom", 9)):
        subprocess.run(["mknod", "-m", "666", folder / "dev" / name, "c", "1", str(minor)], check=True)
    (folder / "dev" / "log").touch()
    subprocess.run(["mount", "--bind", folder / "dev", "/dev"], check=True)
    work = folder / "work"
    work.mkdir()
    shutil.copy(SOURCE / "samples" / "estate.toml", work)
    (work / "samples").symlink_to(SOURCE / "samples")
    (work / "packaging").symlink_to(SOURCE / "packaging")
    (folder / "bin").mkdir()
    (folder / "bin" / "portproof").symlink_to(PROGRAM)
    return {"cwd": work, "env": {"PATH": f"{folder}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}}


def run_watch(line, where, do):
    """Runs a watch as documented, and `do` while it runs. Returns its output and its exit status."""
    shutil.chown("/var/lib/portproof", "portproof" if "portproof:" in pathlib.Path("/etc/passwd").read_text() else "nobody")
    process = subprocess.Popen(["sh", "-c", "exec " + line], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               **where)
    try:
        time.sleep(1.5)
        return do(), process
    finally:
        process.send_signal(signal.SIGTERM)


def try_all(folder, where):
    metrics = None
    for line in documented():
        reason = next((why for beginning, why in NOT_HERE.items() if line.startswith(beginning)), None)
        if reason:
            print("not run:", line, "--", reason)
        elif line.startswith("curl "):
            checks.true(f"{line}: {metrics[0].count('portproof_')} lines on portproof", "portproof_packets_total" in metrics[0])
        elif line.startswith("portproof watch -i"):
            curl = next(other for other in documented() if other.startswith("curl "))
            metrics = run_watch(line, where, lambda: shell(curl).stdout if shutil.which("curl") else
                                urllib.request.urlopen("http://127.0.0.1:9105/metrics", timeout=5).read().decode())
            _, fault = metrics[1].communicate(timeout=60)
            checks.true(f"{line}: exit {metrics[1].returncode} {fault}", metrics[1].returncode == 2 and not fault)
            checks.true("its report and its evidence exist", list((folder / "state").glob("report-*.txt")) and
                        (folder / "state" / "watch.evidence").exists())
        elif line.startswith("ethtool") and not shutil.which("ethtool"):
            print("not run:", line, "-- ethtool is not installed")
        else:
            done = shell(line, **where)
            # A veth has no large receive offload to turn off, and ethtool says so.
            checks.true(f"{line}: exit {done.returncode} {done.stderr.strip()}", done.returncode == 0 or
                        "lro" in line and "large-receive-offload" in done.stderr + done.stdout)


def check_unit(folder, where):
    """The installed unit, with the path of the program replaced."""
    if not shutil.which("systemd-analyze"):
        print("not run: systemd-analyze is not installed")
        return
    unit = pathlib.Path("/etc/systemd/system/portproof-watch@.service")
    text = unit.read_text(encoding="utf-8")
    here = folder / "portproof-watch@eth1.service"
    here.write_text(text.replace("/usr/bin/portproof", str(PROGRAM)).replace("sys-subsystem-net-devices-%i.device", ""))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", here], capture_output=True, text=True, check=False,
                          **where)
    complaints = [line for line in (done.stdout + done.stderr).splitlines() if "portproof" in line]
    checks.same("systemd-analyze verify", complaints, [])
    command = next(line for line in text.splitlines() if line.startswith("ExecStart=")).split("=", 1)[1]
    options = re.findall(r" (--?[a-zA-Z][a-z-]*)", command)
    known = subprocess.run([PROGRAM, "help", "watch"], capture_output=True, text=True, check=True).stdout
    checks.same("options in the unit that the program does not know", [one for one in options if one not in known], [])


def check_syslog(folder, where):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(str(folder / "log"))
    listener.settimeout(10)
    (folder / "log").chmod(0o666)
    subprocess.run(["mount", "--bind", folder / "log", "/dev/log"], check=True)
    line = "portproof watch -i eth1 -I estate.toml -o /var/lib/portproof --syslog --look 1 --evidence /var/lib/portproof/b"
    _, process = run_watch(line, where, lambda: (subprocess.run(["touch", folder / "send"], check=True), time.sleep(4)))
    process.communicate(timeout=60)
    heard = listener.recv(65536).decode()
    checks.true(f"syslog received: {heard[:60]}", re.match(r"<28>.* portproof\[\d+\]: \{\"event\":\"first-flagged\"", heard))
    event = json.loads(heard[heard.index("{"):])
    checks.true("with the conversation as in the report", "initiator" in event["conversation"])


def inside(folder):
    where = prepare(folder)
    try_all(folder, where)
    check_unit(folder, where)
    check_syslog(folder, where)
    checks.end()


def main():
    require("tcpreplay", "unshare", "mount", "useradd")
    with Net() as net, Folder() as folder:
        net.assign(addresses_of(CAPTURE))
        net.call("ip", "-n", net.watcher, "link", "set", "rx0", "down")
        net.call("ip", "-n", net.watcher, "link", "set", "rx0", "name", "eth1")
        net.call("ip", "-n", net.watcher, "link", "set", "eth1", "up")
        process = subprocess.Popen(["ip", "netns", "exec", net.watcher, "unshare", "--mount", "--propagation", "private",
                                    sys.executable, __file__, str(PROGRAM), str(SOURCE), str(folder.path)])
        while process.poll() is None:
            time.sleep(0.1)
            if (folder.path / "send").exists():
                (folder.path / "send").unlink()
                net.replay(CAPTURE, "--multiplier", "1000")
        sys.exit(process.returncode)


if INSIDE:
    inside(INSIDE)
main()

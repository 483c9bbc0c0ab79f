"""The watch beside tcpdump: the same capture replayed as fast as tcpreplay can, in rounds that take turns, with buffers of
the same size. Prints drops and processor time a packet, and their medians. No test: a measurement.

    python3 tests/live/replay.py PROGRAM SOURCE [LOOPS [ROUNDS]]"""
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from live import Folder, Net, Watch, addresses_of, program_of, require

PROGRAM, SOURCE = program_of(sys.argv)
CLEAN = SOURCE / "samples" / "estate-clean.pcap"
LOOPS = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 5
BUFFER_MIB = 64


def send(net):
    began = time.monotonic()
    sent = net.replay(CLEAN, "--topspeed", "--loop", str(LOOPS), "--preload-pcap")
    return sent, sent / (time.monotonic() - began)


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def with_tcpdump(net):
    process = subprocess.Popen(["ip", "netns", "exec", net.watcher, "tcpdump", "-i", "rx0", "-n", "-s", "2048", "-B",
                                str(BUFFER_MIB * 1024), "-w", "/dev/null"], stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    before = cpu_seconds(process.pid)
    sent, rate = send(net)
    time.sleep(1)
    took = cpu_seconds(process.pid) - before
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=60)
    dropped = next(int(line.split()[0]) for line in words.splitlines() if "dropped by kernel" in line)
    return sent, rate, dropped, took


def with_watch(net):
    with Folder() as folder:
        watch = Watch(net, PROGRAM, folder.reports, "-I", SOURCE / "samples" / "estate.toml", "--buffer-size", BUFFER_MIB)
        before = watch.cpu_seconds()
        sent, rate = send(net)
        time.sleep(1)
        took = watch.cpu_seconds() - before
        watch.stop()
        gaps = watch.last_report()["inputs"][-1]["gaps"]
        return sent, rate, gaps["kernel_dropped"], took


def main():
    require("tcpreplay", "tcpdump")
    results = {"tcpdump": [], "watch": []}
    with Net() as net:
        net.assign(addresses_of(CLEAN))
        for number in range(ROUNDS):
            for name, run in (("tcpdump", with_tcpdump), ("watch", with_watch)):
                sent, rate, dropped, took = run(net)
                results[name].append((dropped, took / sent * 1e9))
                print(f"round {number + 1}  {name:8} {sent} packets at {rate:,.0f} a second, {dropped} dropped, "
                      f"{took / sent * 1e9:.0f} ns of processor time a packet", flush=True)
    for name, rows in results.items():
        print(f"median {name:8} {statistics.median(row[0] for row in rows):.0f} dropped, "
              f"{statistics.median(row[1] for row in rows):.0f} ns a packet")


main()

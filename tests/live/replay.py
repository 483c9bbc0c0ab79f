"""Compares the watch with tcpdump: the same capture replayed as fast as tcpreplay can, in alternating rounds, with
buffers of the same size. Prints rates, drops and processor time per packet, and their medians. If nothing was
dropped, it compares what the watch saw with what `audit` finds in the file, multiplied by the number of times it was
sent. This is a measurement, not a test. Exit status 1 if the watch dropped more or took more time than tcpdump, or
saw anything else.

    python3 tests/live/replay.py PROGRAM SOURCE [--packets N] [--rounds N] [--capture FILE]

Without --capture the traffic is generated: 400 connections of 250 packets, between 80 hosts, 54 to 1,514 bytes per
frame."""
import argparse
import json
import pathlib
import random
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from live import Folder, Net, Watch, addresses_of, program_of, require

BUFFER_MIB = 64


def frame(source, target, ports, sequence, acknowledged, flags, payload):
    tcp = struct.pack("!HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 8192, 0, 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, socket.inet_aton(source),
                     socket.inet_aton(target))
    return b"\x02\0\0\0\0\1" + b"\x02\0\0\0\0\2" + b"\x08\0" + ip + tcp


def connection(numbers, client, server, client_port, port, packets):
    """Handshake, a hello, then data from the server with an acknowledgement after every other frame, and FINs."""
    ours, theirs = numbers.randrange(1 << 31), numbers.randrange(1 << 31)
    there, back = (client_port, port), (port, client_port)
    yield frame(client, server, there, ours, 0, 2, b"")
    yield frame(server, client, back, theirs, ours + 1, 18, b"")
    ours, theirs = ours + 1, theirs + 1
    yield frame(client, server, there, ours, theirs, 16, b"")
    for number in range(packets - 6):
        if number % 3 == 2:
            yield frame(client, server, there, ours, theirs, 16, b"")
        else:
            data = b"\x7f\x7fICA\0" + bytes(numbers.choice((10, 300, 1454)))
            yield frame(server, client, back, theirs, ours, 24, data)
            theirs += len(data)
    yield frame(client, server, there, ours, theirs, 17, b"")
    yield frame(server, client, back, theirs, ours + 1, 17, b"")
    yield frame(client, server, there, ours + 1, theirs + 1, 16, b"")


def make_capture(path):
    numbers = random.Random(1)
    clients = [f"10.20.64.{host}" for host in range(1, 71)]
    servers = [f"10.20.4.{host}" for host in range(11, 21)]
    waiting = [connection(numbers, numbers.choice(clients), numbers.choice(servers), 20000 + number,
                          numbers.choice((1494, 2598, 443)), 250) for number in range(400)]
    running, now = [], 1_795_000_000_000_000
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        while waiting or running:
            while waiting and len(running) < 100:
                running.append(waiting.pop())
            one = numbers.choice(running)
            data = next(one, None)
            if data is None:
                running.remove(one)
                continue
            now += 10
            file.write(struct.pack("<IIII", now // 1_000_000, now % 1_000_000, len(data), len(data)) + data)


def cpu_nanoseconds(process):
    """Processor time of all threads, in user and kernel mode, from the scheduler itself."""
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0])
               for task in pathlib.Path(f"/proc/{process}/task").iterdir())


def send(net, capture, loops):
    began = time.monotonic()
    sent = net.replay(capture, "--topspeed", "--loop", str(loops), "--preload-pcap")
    return sent, sent / (time.monotonic() - began)


def with_tcpdump(net, capture, loops):
    process = subprocess.Popen(["ip", "netns", "exec", net.watcher, "tcpdump", "-i", "rx0", "-n", "-s", "2048", "-B",
                                str(BUFFER_MIB * 1024), "-w", "/dev/null"], stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    send(net, capture, 1)
    time.sleep(1.5)
    before = cpu_nanoseconds(process.pid)
    sent, rate = send(net, capture, loops)
    time.sleep(1.5)
    took = cpu_nanoseconds(process.pid) - before
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=60)
    dropped = next(int(line.split()[0]) for line in words.splitlines() if "dropped by kernel" in line)
    return sent, rate, dropped, took, None


def with_watch(net, program, inventory, capture, loops):
    with Folder() as folder:
        watch = Watch(net, program, folder.reports, "-I", inventory, "--buffer-size", BUFFER_MIB)
        time.sleep(1)
        send(net, capture, 1)
        time.sleep(1.5)
        before = cpu_nanoseconds(watch.process.pid)
        sent, rate = send(net, capture, loops)
        time.sleep(1.5)
        took = cpu_nanoseconds(watch.process.pid) - before
        watch.stop()
        report = watch.last_report()
        return sent, rate, report["inputs"][-1]["gaps"]["kernel_dropped"], took, report


def counts_of(report, times=1):
    """The facts of each conversation, with counts multiplied by `times`."""
    words = ("transport", "port", "application", "name", "verdict", "reason", "state")
    return sorted((conversation["initiator"]["address"], conversation["responder"]["address"],
                   *(str(conversation[word]) for word in words),
                   *(times * conversation[count] for count in ("sessions", "packets", "bytes")))
                  for conversation in report["conversations"])


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("source")
    parser.add_argument("--packets", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--capture", type=pathlib.Path)
    return parser.parse_args()


def main():
    require("tcpreplay", "tcpdump")
    given = options()
    program, source = program_of([None, given.program, given.source])
    inventory = source / "samples" / "estate.toml"
    results = {"tcpdump": [], "watch": []}
    others = 0
    with Net() as net, Folder() as folder:
        capture = given.capture or folder.path / "made.pcap"
        if not given.capture:
            make_capture(capture)
        net.assign(addresses_of(capture))
        audit = json.loads(subprocess.run([program, "audit", capture, "-I", inventory, "-T", "json"], check=False,
                                          capture_output=True).stdout)
        loops = max(1, given.packets // audit["totals"]["packets"])
        for number in range(given.rounds):
            for name, run in (("tcpdump", lambda: with_tcpdump(net, capture, loops)),
                              ("watch", lambda: with_watch(net, program, inventory, capture, loops))):
                sent, rate, dropped, took, report = run()
                results[name].append((dropped, took / (sent - dropped), rate))
                print(f"round {number + 1}  {name:8} {sent} packets at {rate:,.0f} a second, {dropped} dropped, "
                      f"{took / (sent - dropped):.0f} ns of processor time per packet", flush=True)
                if report and not dropped:
                    same = counts_of(report) == counts_of(audit, loops + 1)
                    others += not same
                    print(f"         its {len(report['conversations'])} conversations and their counts are "
                          f"{'' if same else 'NOT '}those of audit, {loops + 1} times")
    medians = {name: [statistics.median(row[column] for row in rows) for column in range(3)]
               for name, rows in results.items()}
    for name, (dropped, cost, rate) in medians.items():
        print(f"median   {name:8} {rate:,.0f} packets per second, {dropped:.0f} dropped, {cost:.0f} ns per packet")
    worse = medians["watch"][0] > medians["tcpdump"][0] or medians["watch"][1] > medians["tcpdump"][1]
    print("the watch drops more, or takes more time" if worse else "no more drops, and no more time")
    sys.exit(1 if worse or others else 0)


main()

"""A disk as its clients see it: the same image served over NBD from a raw file, from qcow2 and from a volume."""

import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from bar_charts import Bar, Panel
from jmh import BUILD, ROOT
from report import page, spread

SERVER = ROOT / "examples/nbd-server/target/livededup-nbd-server.jar"
PROGRAM = ROOT / "examples/image-import/target/livededup.jar"
BASELINE = "raw file"
START_SECONDS = 30
SECONDS = 6


@dataclasses.dataclass(frozen=True)
class Load:
    """What fio does; a call is one of these operations."""

    title: str
    options: tuple[str, ...]
    direction: str


LOADS = [
    Load("Overwrite 4 KiB at random, a flush after 64", ("--rw=randwrite", "--bs=4k", "--fsync=64"), "write"),
    Load(
        "Overwrite 4 KiB at random, 16 at a time, a flush after 64",
        ("--rw=randwrite", "--bs=4k", "--fsync=64", "--iodepth=16"),
        "write",
    ),
    Load("Read 4 KiB at random", ("--rw=randread", "--bs=4k"), "read"),
    Load("Read 4 KiB at random, 16 at a time", ("--rw=randread", "--bs=4k", "--iodepth=16"), "read"),
    Load("Read 1 MiB in order", ("--rw=read", "--bs=1m"), "read"),
]


class Disk:
    """An image that a server offers at a socket."""

    def __init__(self, name, server, socket, export):
        self.name = name
        self.server = server
        self.socket = socket
        self.export = export

    def __enter__(self):
        self.process = subprocess.Popen(
            [str(each) for each in self.server], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.socket.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{self.name}: the server did not start: {self.process.stderr.read().decode()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()

    def load(self, load, seconds, size):
        """The mean time of an operation, flushes included, in nanoseconds."""
        command = ["fio", "--name=load", "--ioengine=nbd", f"--uri=nbd+unix:///{self.export}?socket={self.socket}"]
        command += ["--aux-path=" + str(self.socket.parent), "--output-format=json", "--time_based", "--allrandrepeat=1"]
        command += [f"--runtime={seconds}", f"--size={size}", "--refill_buffers", "--buffer_compress_percentage=50"]
        run = subprocess.run([*command, *load.options], capture_output=True, text=True, check=False)
        if run.returncode:
            sys.exit(f"{' '.join(command)}\n{run.stdout}{run.stderr}")
        job = json.loads(run.stdout[run.stdout.index("{") :])["jobs"][0]
        done = job[load.direction]
        return 1e6 * done["runtime"] / done["total_ios"]


def disks(folder, image, java):
    """The image, three times."""
    raw, qcow2, volume = (folder / each for each in ("disk.raw", "disk.qcow2", "volume"))
    subprocess.run(["cp", "--sparse=always", image, raw], check=True)
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", image, qcow2], check=True)
    subprocess.run([java, "-jar", PROGRAM, "import", "--quiet", volume, image, "--name", "disk"], check=True)
    os.sync()
    qemu = ["qemu-nbd", "--persistent", "--shared=8", "--discard=unmap", "--socket"]
    sockets = [folder / f"{each}.socket" for each in ("raw", "qcow2", "ours")]
    return [
        Disk(BASELINE, [*qemu, sockets[0], "--format=raw", raw], sockets[0], ""),
        Disk("qcow2", [*qemu, sockets[1], "--format=qcow2", qcow2], sockets[1], ""),
        Disk("LiveDedup", [java, "-jar", SERVER, "--unix", sockets[2], volume], sockets[2], "disk"),
    ]


def served(jmh, options, about):
    """Disks served over NBD."""
    missing = [each for each in ("fio", "qemu-nbd", "qemu-img") if not shutil.which(each)]
    if missing or not SERVER.exists() or not PROGRAM.exists():
        sys.exit(f"needed: {BUILD}; and installed: fio, qemu-utils (missing: {', '.join(missing) or 'nothing'})")
    image = options.images[0].resolve()
    times = {load: {} for load in LOADS}
    seconds = 1 if options.quick else SECONDS
    with tempfile.TemporaryDirectory(prefix="served-", dir=options.work) as folder, contextlib.ExitStack() as servers:
        places = [servers.enter_context(disk) for disk in disks(pathlib.Path(folder).resolve(), image, jmh.java)]
        for run in range(-1, 1 if options.quick else options.runs):
            for load in LOADS:
                for disk in places if run % 2 else reversed(places):
                    time_ns = disk.load(load, seconds, image.stat().st_size)
                    if run >= 0:
                        times[load].setdefault(disk.name, []).append(time_ns)
            print(f"info  {'warm-up' if run < 0 else f'run {run + 1}'}: done", flush=True)
    tables, panels = [], []
    for load, found in times.items():
        base = statistics.median(found[BASELINE])
        ordered = sorted(found.items(), key=lambda each: statistics.median(each[1]))
        heading = ["disk", "median, µs", "lowest–highest", "operations a second", f"times {BASELINE}"]
        rows, bars = [], []
        for name, ns in ordered:
            median = statistics.median(ns)
            rows.append([name, *spread(ns, 1e3), f"{1e9 / median:,.0f}", f"{median / base:.2f}"])
            bars.append(Bar(name, median / 1e3, min(ns) / 1e3, max(ns) / 1e3, name == BASELINE))
        tables.append((load.title, heading, rows))
        panels.append(Panel(load.title, "µs", bars))
    notes = [
        f"`{image.name}`, {image.stat().st_size / 1e9:.2f} GB of which {image.stat().st_blocks * 512 / 1e6:,.0f} MB are data; "
        "fio's NBD engine over a Unix socket, one job. `raw file` and `qcow2` are served by qemu-nbd, `LiveDedup` by the NBD server of",
        "`examples/`; all run for the whole time, after a round to warm up. What is written is new and half compressible. Times are the",
        "means of an operation with its share of flushes; medians of runs.",
    ]
    return page("Disks served over NBD", about, tables, notes), panels

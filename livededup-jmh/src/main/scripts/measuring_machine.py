"""Says on what a benchmark ran, without names of machines or directories."""

import os
import pathlib
import platform
import re
import statistics
import subprocess
import tempfile
import time

FORCES = 50


def processor():
    """The processor's model, if Linux knows it, with its family: a virtual machine's model may be no more than a maker's name."""
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model, family = (re.search(rf"{field}\s*: (.*)", text) for field in ("model name", "cpu family"))
    if not model:
        return platform.machine()
    return f"{model.group(1)}, family {family.group(1)}" if family else model.group(1)


def memory_gb():
    """The memory of the machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def file_system(directory):
    """The type of the file system of a directory: that of the longest mount point above it."""
    path = pathlib.Path(directory).resolve()
    mounts = {}
    for line in pathlib.Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, point, kind, *_ = line.split()
        mounts[pathlib.Path(point)] = kind
    return next(mounts[each] for each in (path, *path.parents) if each in mounts)


def force_ms(directory):
    """What it takes to write 4 KiB and have them on the disk: the median, in milliseconds."""
    times = []
    with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
        os.posix_fallocate(file.fileno(), 0, 4096 * FORCES)
        os.fsync(file.fileno())
        for page in range(FORCES):
            started = time.monotonic()
            os.pwrite(file.fileno(), os.urandom(4096), 4096 * page)
            os.fdatasync(file.fileno())
            times.append(time.monotonic() - started)
    return 1000 * statistics.median(times)


def jdk(java):
    """The virtual machine's name and version."""
    lines = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr.splitlines()
    return lines[-1]


def description(directory, java):
    """All of it, in one line."""
    kernel = platform.release().split("-")[0]
    return (
        f"{os.cpu_count()} cores ({processor()}), {memory_gb():.0f} GB of memory, {file_system(directory)} "
        f"(4 KiB written and forced in {force_ms(directory):.2f} ms), Linux {kernel}, {jdk(java)}"
    )

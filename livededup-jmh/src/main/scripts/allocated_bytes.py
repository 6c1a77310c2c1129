"""What each path allocates on the heap for a block."""

import subprocess
import sys

from bar_charts import Bar, Panel
from jmh import BUILD, JAR
from report import page

PROGRAM = "io.github.livededup.jmh.AllocationReport"
LEAST_SHOWN = 0.1
QUICK_PATH = "get, in order, 64 at a time"


def rows(printed):
    """The rows of the Markdown table that the program prints."""
    lines = [line.strip("|").split("|") for line in printed.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line] for line in lines[1:]]


def allocation(jmh, options, about):
    """The bytes, by path and by thread."""
    if not JAR.exists():
        sys.exit(f"no {JAR.name}; build it: {BUILD}")
    command = [jmh.java, f"-Djava.io.tmpdir={jmh.work}", "-cp", JAR, PROGRAM]
    command += [QUICK_PATH] if options.quick else []
    run = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{run.stdout}{run.stderr}")
    table = rows(run.stdout)
    heading = ["bytes a block", "calling thread", "its flush", "the least of a round", "other threads"]
    bars = []
    for name, own, flush, _, others in table:
        value = max(LEAST_SHOWN, float(own) + float(flush) + float(others))
        bars.append(Bar(name, value, value, value, False))
    notes = [
        "Blocks of 4 KiB of real data, SHA-256; means of 200,000 blocks after as many to warm up, as the JVM counts them by thread. Checkpoints and",
        "seals of block groups are included, the making of volumes is not. A flush comes after 64 blocks and is shared among them. The least of a round",
        "is the calling thread's, flush included, in the round of 64 blocks (of the whole for import and export) in which it was least: what is on the way of each block,",
        "without what comes now and then. What is left, and why, is in [PERFORMANCE.md](../PERFORMANCE.md).",
    ]
    title = "Bytes allocated on the heap for a block"
    return page(title, about, [("By path", heading, table)], notes), [Panel(title, "bytes", bars)]

"""Runs JMH and reads what it found."""

import dataclasses
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[4]
JAR = ROOT / "livededup-jmh/target/benchmarks.jar"
BUILD = "mvn -q package -DskipTests"
BUILD_PEERS = "mvn -q -P peers package -pl livededup-jmh -am -DskipTests"
BLOCK_BYTES = 4096
TRANSFER_BYTES = 256 << 20
NANOS = {"ns/op": 1, "us/op": 1e3, "ms/op": 1e6, "s/op": 1e9}


@dataclasses.dataclass
class Result:
    """What one method, or a group of them, took with certain parameters; times in nanoseconds. The parts are a group's methods."""

    method: str
    params: dict[str, str]
    threads: int
    unit: str
    times: list[float]
    percentiles: dict[str, float]
    allocated_bytes: float | None
    parts: dict[str, dict[str, float]]

    @property
    def median(self):
        """The median over iterations."""
        return statistics.median(self.times)


def parse(found):
    """One entry of JMH's JSON."""
    metric = found["primaryMetric"]
    nanos = NANOS[metric["scoreUnit"]]
    allocated = [each["score"] for name, each in found["secondaryMetrics"].items() if name.endswith("alloc.rate.norm")]
    raw = metric.get("rawData", [[metric["score"]]])
    return Result(
        found["benchmark"].rsplit(".", 1)[1],
        found.get("params", {}),
        found["threads"],
        metric["scoreUnit"],
        [nanos * time for fork in raw for time in fork],
        {name: nanos * time for name, time in metric["scorePercentiles"].items()},
        allocated[0] if allocated else None,
        {
            name: {each: nanos * time for each, time in part["scorePercentiles"].items()}
            for name, part in found["secondaryMetrics"].items()
            if part["scoreUnit"] in NANOS
        },
    )


class Jmh:
    """Runs benchmarks of the jar with a java command, in a directory, for the time they are to take."""

    def __init__(self, java, work, quick):
        self.java = java
        self.work = work
        self.quick = quick

    def check(self, name, build):
        """Ends the program if there is no such benchmark; says how it is built."""
        if JAR.exists():
            listed = subprocess.run([self.java, "-jar", JAR, "-l"], capture_output=True, text=True, check=True)
            if re.search(rf"\.{name}\.", listed.stdout):
                return
        sys.exit(f"{name} is not in {JAR.relative_to(ROOT)}; build it: {build}")

    def times(self, warmups):
        """How long and how often, as options of JMH."""
        if self.quick:
            return ["-f", "1", "-wi", "0", "-i", "2", "-r", "100ms"]
        return ["-f", "1", "-wi", warmups, "-w", "1", "-i", "5", "-r", "1"]

    def run(self, name, methods, threads=1, params=None, options=("-prof", "gc"), warmups=3):
        """Measures methods of a class; returns the results in order of the methods, and what was printed."""
        pattern = rf"\.{name}\.({'|'.join(methods)})$"
        values = []
        for param, choices in (params or {}).items():
            values += ["-p", f"{param}={choices[0] if self.quick else ','.join(choices)}"]
        with tempfile.TemporaryDirectory(prefix="jmh-", dir=self.work) as folder:
            out = pathlib.Path(folder, "out.json")
            command = [self.java, f"-Djava.io.tmpdir={self.work}"]
            command += ["-Djmh.ignoreLock=true"] if self.quick else []
            command += ["-jar", JAR, pattern, "-rf", "json", "-rff", out, "-foe", "true", "-t", threads]
            command += [*self.times(warmups), *values, *options, "-jvmArgsPrepend", f"-Djava.io.tmpdir={self.work}"]
            run = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
            if run.returncode:
                sys.exit(f"{' '.join(map(str, command))}\n{run.stdout}{run.stderr}")
            results = [parse(each) for each in json.loads(out.read_text(encoding="utf-8"))]
        return sorted(results, key=lambda each: methods.index(each.method)), run.stdout

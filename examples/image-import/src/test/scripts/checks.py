"""What the scripts that check LiveDedup on real images share: running the program, counting failures, measuring."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from count_unique_blocks import data_ranges

CHUNK_BYTES = 4 << 20

DROP_CACHES = pathlib.Path("/proc/sys/vm/drop_caches")

failed = []


def check(name, good, figures):
    """Prints a check's outcome and keeps a failure in mind."""
    print(f"{'ok  ' if good else 'FAIL'}  {name}: {figures}", flush=True)
    if not good:
        failed.append(name)


def conclude():
    """Prints the verdict over all checks; returns the exit code."""
    print(f"{len(failed)} checks failed" if failed else "all checks passed")
    return 1 if failed else 0


class Cli:
    """Runs the program."""

    def __init__(self, java, jar):
        self.command = [java, "-jar", str(jar)]

    def json(self, *arguments, codes=(0,)):
        """Runs a command with --json; returns its object, the seconds and the peak memory in MB."""
        started = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen([*self.command, *map(str, arguments), "--json"], stdout=out, stderr=err)
            try:
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:  # the script is being ended, by a key or a signal
                process.terminate()
                process.wait()
                raise
            seconds = time.monotonic() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            if process.returncode not in codes:
                sys.exit(f"{arguments[0]} exited with {process.returncode}: {err.read().decode()}")
            text = out.read().decode()
        return (json.loads(text) if text else None), seconds, usage.ru_maxrss / 1024

    def result(self, *arguments, codes=(0,)):
        """Runs a command with --json; returns its object."""
        return self.json(*arguments, codes=codes)[0]

    def start(self, *arguments):
        """Starts a command and does not wait for it."""
        return subprocess.Popen(
            [*self.command, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


def allocated(path):
    """The bytes a file or tree takes on disk."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.stat().st_blocks * 512 for each in files)


def identical(one, other):
    """Compares two files byte for byte, but for what is a hole in both."""
    with open(one, "rb", buffering=0) as left, open(other, "rb", buffering=0) as right:
        size = os.fstat(left.fileno()).st_size
        if size != os.fstat(right.fileno()).st_size:
            return False
        for descriptor in (left.fileno(), right.fileno()):
            for start, end in data_ranges(descriptor, size, 4096):
                for at in range(start, end, CHUNK_BYTES):
                    length = min(CHUNK_BYTES, end - at)
                    if os.pread(left.fileno(), length, at) != os.pread(right.fileno(), length, at):
                        return False
    return True


def differing(cli, volume, images, work):
    """Exports every image and compares it with its file; returns the names of those that differ."""
    target = work / "exported.raw"
    names = []
    for image in images:
        cli.json("export", "--force", volume, image.stem, target)
        if not identical(image, target):
            names.append(image.stem)
        target.unlink()
    return names


def check_identical(cli, volume, images, work, when):
    """Checks that every image comes out as it went in."""
    names = differing(cli, volume, images, work)
    check(f"every image is identical {when}", not names, f"{len(images)} images, differing: {names or 'none'}")


def check_verified(cli, volume, level, when):
    """Verifies the volume."""
    report, seconds, _ = cli.json("verify", volume, "--level", level, codes=(0, 3))
    check(
        f"verify finds nothing {when}",
        report["clean"],
        f"level {level}, {report['problemCount']} problems, {report['blocks']} blocks in {seconds:.1f} s"
        + "".join(f"\n      {each['resource']}: {each['message']}" for each in report["problems"][:5]),
    )


def can_drop_caches():
    """Whether reading from a cold disk can be measured."""
    return os.access(DROP_CACHES, os.W_OK)


def drop_caches():
    """Forgets what the system has of files in memory."""
    os.sync()
    DROP_CACHES.write_text("3", encoding="ascii")


def table(heading, rows):
    """Prints a Markdown table; the first column to the left."""
    print()
    print("| " + " | ".join(heading) + " |")
    print("|---|" + "---:|" * (len(heading) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


class Workplace:
    """A directory for volumes and exports, removed at the end."""

    def __init__(self, prefix, parent, keep):
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
        self.keep = keep
        self.path = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir=parent))

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        if self.keep:
            print(f"info  kept: {self.path}")
        else:
            shutil.rmtree(self.path)

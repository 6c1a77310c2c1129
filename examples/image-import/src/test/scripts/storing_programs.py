"""Programs that store images, each told in the same words: store, restore, and serve for reading at random."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[5]
MOUNT = ROOT / "examples/fuse-mount/target/livededup-fuse-mount.jar"
SECONDS_TO_END = 2
SECONDS_TO_SERVE = 60
SECRET = {"BORG_PASSPHRASE": "x", "RESTIC_PASSWORD": "x", "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"}


def end(process):
    """Waits for a program whose mount is gone. Some end by themselves, some when they are told, and borg may do neither if told meanwhile."""
    for ask in (process.terminate, process.kill):
        try:
            process.wait(SECONDS_TO_END)
            return
        except subprocess.TimeoutExpired:
            ask()
    process.wait()


class Peer:
    """A program; a repository of it is a directory below a place that is new in each run."""

    name = ""
    program = ""

    def __init__(self, place):
        self.place = place
        self.repository = place / "repository"
        place.mkdir()

    def create(self):
        """Makes the repository, if the program wants one."""

    def store(self, label, images):
        """Stores images."""
        raise NotImplementedError

    def restore(self, label, image, target):
        """Gives an image back."""
        raise NotImplementedError

    def served(self, label, image):
        """Serves a stored image for as long as the context lasts: gives the file that it can be read from. None if it cannot."""
        return None

    @contextlib.contextmanager
    def mounted(self, command, where):
        """Runs a command whose last word is told the mountpoint; where says how the stored image is found there, if not it itself."""
        mountpoint = self.place / "mount"
        mountpoint.mkdir() if where else mountpoint.touch()
        process = self.start([*command[:-1], f"{command[-1]}{mountpoint}"])
        try:
            found = []
            deadline = time.monotonic() + SECONDS_TO_SERVE
            while not found:
                if process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"{command[0]} serves nothing: {process.stderr.read().decode()}")
                time.sleep(0.05)
                if os.path.ismount(mountpoint):
                    found = list(mountpoint.glob(where)) if where else [mountpoint]
            yield found[0]
        finally:
            subprocess.run(["fusermount", "-u", "-q", mountpoint], check=False)
            end(process)
            mountpoint.rmdir() if where else mountpoint.unlink()

    def start(self, command, stdin=None, stdout=subprocess.DEVNULL):
        """Starts a command."""
        return subprocess.Popen(
            [str(each) for each in command],
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env={**os.environ, **SECRET, "BORG_BASE_DIR": str(self.place), "RESTIC_CACHE_DIR": str(self.place / "c")},
        )

    def run(self, *command, stdin=None, stdout=subprocess.DEVNULL):
        """Runs a command; returns its peak memory in MB."""
        process = self.start(command, stdin, stdout)
        message = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))} exited with {process.returncode}: {message.decode()}")
        return usage.ru_maxrss / 1024


class LiveDedup(Peer):
    """This library's program."""

    name = "livededup"
    program = "java"
    launch = []

    def command(self, *arguments):
        """Runs the program."""
        return self.run(*self.launch, *arguments)

    def store(self, label, images):
        # An image is named after its file, so that links give each a name of its own.
        links = [self.place / f"{label}-{image.stem}" for image in images]
        for link, image in zip(links, images):
            link.symlink_to(image)
        return self.command("import", "--quiet", self.repository, *links)

    def restore(self, label, image, target):
        return self.command("export", "--quiet", self.repository, f"{label}-{image.stem}", target)

    def served(self, label, image):
        if not MOUNT.exists():
            return None
        command = [os.environ.get("JAVA", "java"), "-jar", MOUNT, "--read-only", self.repository, ""]
        return self.mounted(command, f"{label}-{image.stem}")


class Copy(Peer):
    """cp --sparse=always and sync, for comparison: it deduplicates nothing."""

    name = "cp + sync"
    program = "cp"

    def store(self, label, images):
        (self.repository / label).mkdir(parents=True)
        memory = self.run("cp", "--sparse=always", *images, self.repository / label)
        self.run("sync")
        return memory

    def restore(self, label, image, target):
        return self.run("cp", "--sparse=always", self.repository / label / image.name, target)

    def served(self, label, image):
        return contextlib.nullcontext(self.repository / label / image.name)


class Borg(Peer):
    """BorgBackup with LZ4, no encryption."""

    name = "borg -C lz4"
    program = "borg"

    def create(self):
        self.run("borg", "init", "-e", "none", self.repository)

    def store(self, label, images):
        return self.run("borg", "create", "-C", "lz4", f"{self.repository}::{label}", *images)

    def restore(self, label, image, target):
        with open(target, "wb") as out:
            return self.run("borg", "extract", "--stdout", f"{self.repository}::{label}", str(image)[1:], stdout=out)

    def served(self, label, image):
        if subprocess.run(["/usr/bin/python3", "-c", "import pyfuse3"], capture_output=True, check=False).returncode:
            return None  # borg cannot mount without
        return self.mounted(["borg", "mount", "--foreground", f"{self.repository}::{label}", ""], str(image)[1:])


class Restic(Peer):
    """restic; it always encrypts."""

    name = "restic"
    program = "restic"

    def create(self):
        self.run("restic", "-r", self.repository, "init")

    def store(self, label, images):
        return self.run("restic", "-r", self.repository, "backup", "--force", "--tag", label, *images)

    def restore(self, label, image, target):
        with open(target, "wb") as out:
            return self.run("restic", "-r", self.repository, "dump", "--tag", label, "latest", image, stdout=out)

    def served(self, label, image):
        return self.mounted(["restic", "-r", self.repository, "mount", "--tag", label, ""], f"ids/*{image}")


class Casync(Peer):
    """casync with its chunk store."""

    name = "casync"
    program = "casync"

    def store(self, label, images):
        self.repository.mkdir(exist_ok=True)
        store = f"--store={self.repository}/store.castr"
        return max(
            self.run("casync", "make", store, self.repository / f"{label}-{image.stem}.caibx", image)
            for image in images
        )

    def restore(self, label, image, target):
        index = self.repository / f"{label}-{image.stem}.caibx"
        return self.run("casync", "extract", f"--store={self.repository}/store.castr", index, target)


class ZBackup(Peer):
    """zbackup with LZO, no encryption."""

    name = "zbackup"
    program = "zbackup"

    def create(self):
        self.run("zbackup", "init", "--non-encrypted", self.repository)

    def store(self, label, images):
        memory = 0
        for image in images:
            with open(image, "rb") as source:
                target = self.repository / "backups" / f"{label}-{image.stem}"
                options = ("--non-encrypted", "--silent", "-o", "bundle.compression_method=lzo")
                memory = max(memory, self.run("zbackup", *options, "backup", target, stdin=source))
        return memory

    def restore(self, label, image, target):
        with open(target, "wb") as out:
            backup = self.repository / "backups" / f"{label}-{image.stem}"
            return self.run("zbackup", "--non-encrypted", "--silent", "restore", backup, stdout=out)


class Qcow2(Peer):
    """qemu-img convert to compressed qcow2: no deduplication between images."""

    name = "qcow2 -c"
    program = "qemu-img"

    def store(self, label, images):
        (self.repository / label).mkdir(parents=True)
        memory = max(
            self.run("qemu-img", "convert", "-c", "-O", "qcow2", image, self.repository / label / image.stem)
            for image in images
        )
        self.run("sync")
        return memory

    def restore(self, label, image, target):
        return self.run("qemu-img", "convert", "-O", "raw", self.repository / label / image.stem, target)

    def served(self, label, image):
        if not shutil.which("qemu-storage-daemon"):
            return None
        file = f"driver=qcow2,node-name=stored,read-only=on,file.driver=file,file.filename={self.repository / label / image.stem}"
        export = "type=fuse,id=served,node-name=stored,mountpoint="
        return self.mounted(["qemu-storage-daemon", "--blockdev", file, "--export", export], None)


PEERS = (Copy, LiveDedup, Borg, Restic, Casync, ZBackup, Qcow2)

package io.github.livededup.examples.fusemount.fuse;

import com.kenai.jffi.MemoryIO;
import io.github.livededup.examples.fusemount.fs.Entry;
import io.github.livededup.examples.fusemount.fs.Errno;
import io.github.livededup.examples.fusemount.fs.ErrnoException;
import io.github.livededup.examples.fusemount.fs.FileStatus;
import io.github.livededup.examples.fusemount.fs.LiveFileSystem;
import io.github.livededup.examples.fusemount.fs.SpaceStatus;
import io.github.livededup.examples.fusemount.fs.TimeChange;
import io.github.livededup.examples.fusemount.metrics.Operation;
import io.github.livededup.examples.fusemount.tree.FileKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseContext;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;
import ru.serce.jnrfuse.struct.Timespec;

/**
 * Answers the calls of libfuse from a file system. What it does not override the kernel does itself: locks (for this machine),
 * access checks, closing.
 */
final class FuseBinding extends FuseStubFS {
    /** Open and removed files have no path; calls with a handle need none; times may be left as they are. */
    private static final byte FLAGS = 1 | (1 << 1) | (1 << 2);

    /** In struct fuse_operations, whose bit field the binding has no name for: getattr to bmap. */
    private static final int CALLS_BEFORE_FLAGS = 38;

    private static final int CALLS_BEFORE_FSYNCDIR = 28;
    private static final int ACCESS_MODE_MASK = 3;
    /** O_APPEND */
    private static final int APPEND = 02000;
    /** In struct fuse_file_info, whose field of that name the binding does not have: flags and fh_old. */
    private static final int WORDS_BEFORE_WRITEPAGE = 2;

    private static final long NOW_NANOS = 0x3fffffff;
    private static final long OMIT_NANOS = 0x3ffffffe;
    private static final int IO_SIZE = 128 << 10;
    private static final int SECTOR = 512;
    private static final int NAME_MAX = 255;
    private static final int KEEP_SIZE = 1;
    private static final int PUNCH_HOLE = 2;
    private static final int ZERO_RANGE = 16;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final LiveFileSystem files;
    private final Answers answers;
    private final Session session;
    /** Held, for the C library knows its address only. */
    private final SyncDirectoryCall syncDirectory = (path, dataOnly, info) -> syncDirectory(FuseFileInfo.of(info));

    private final CountDownLatch started = new CountDownLatch(1);

    FuseBinding(LiveFileSystem files, Answers answers) {
        this.files = files;
        this.answers = answers;
        Runtime runtime = fuseOperations.getRuntime();
        session =
                new Session(SessionLibrary.load(), runtime, new SeekCalls(files, answers), new HiddenRenames(answers));
        Pointer calls = Struct.getMemory(fuseOperations);
        calls.putByte((long) CALLS_BEFORE_FLAGS * runtime.addressSize(), FLAGS);
        calls.putPointer(
                (long) CALLS_BEFORE_FSYNCDIR * runtime.addressSize(),
                runtime.getClosureManager().getClosurePointer(SyncDirectoryCall.class, syncDirectory));
    }

    /** Serves the kernel until the file system is unmounted; gives 0 if all went well. */
    int serve(List<String> arguments) throws InterruptedException {
        return session.serve(arguments, Struct.getMemory(fuseOperations), Struct.size(fuseOperations));
    }

    /** Zero once the kernel asks. */
    CountDownLatch started() {
        return started;
    }

    @Override
    public @Nullable Pointer init(Pointer connection) {
        started.countDown();
        return null;
    }

    @Override
    public int getattr(String path, FileStat stat) {
        return answers.toAction(Operation.GETATTR, path, () -> fill(stat, files.status(path)));
    }

    @Override
    public int fgetattr(@Nullable String path, FileStat stat, FuseFileInfo info) {
        return answers.toAction(Operation.GETATTR, path, () -> fill(stat, files.status(info.fh.get())));
    }

    private static void fill(FileStat stat, FileStatus status) {
        stat.st_ino.set(status.inode());
        stat.st_mode.set(
                status.attributes().kind().typeBits() | status.attributes().permissions());
        stat.st_nlink.set(status.linkCount());
        stat.st_uid.set(status.attributes().uid());
        stat.st_gid.set(status.attributes().gid());
        stat.st_rdev.set(status.attributes().device());
        stat.st_size.set(status.sizeBytes());
        stat.st_blksize.set(IO_SIZE);
        stat.st_blocks.set((status.storedBytes() + SECTOR - 1) / SECTOR);
        fill(stat.st_atim, status.attributes().accessNanos());
        fill(stat.st_mtim, status.attributes().modifyNanos());
        fill(stat.st_ctim, status.attributes().changeNanos());
    }

    private static void fill(Timespec time, long nanos) {
        time.tv_sec.set(Math.floorDiv(nanos, NANOS_A_SECOND));
        time.tv_nsec.set(Math.floorMod(nanos, NANOS_A_SECOND));
    }

    @Override
    public int readlink(String path, Pointer into, long size) {
        return answers.toAction(Operation.READLINK, path, () -> {
            byte[] target = files.readSymlink(path).getBytes(StandardCharsets.UTF_8);
            int length = (int) Math.min(target.length, size - 1);
            into.put(0, target, 0, length);
            into.putByte(length, (byte) 0);
        });
    }

    @Override
    public int mknod(String path, long mode, long device) {
        FuseContext caller = getContext();
        return answers.toAction(
                Operation.MKNOD,
                path,
                () -> files.make(path, (int) mode, device, caller.uid.intValue(), caller.gid.intValue()));
    }

    @Override
    public int mkdir(String path, long mode) {
        FuseContext caller = getContext();
        return answers.toAction(
                Operation.MKDIR,
                path,
                () -> files.make(
                        path,
                        ((int) mode & 07777) | FileKind.DIRECTORY.typeBits(),
                        0,
                        caller.uid.intValue(),
                        caller.gid.intValue()));
    }

    @Override
    public int unlink(String path) {
        return answers.toAction(Operation.UNLINK, path, () -> files.unlink(path));
    }

    @Override
    public int rmdir(String path) {
        return answers.toAction(Operation.RMDIR, path, () -> files.removeDirectory(path));
    }

    @Override
    public int symlink(String target, String path) {
        FuseContext caller = getContext();
        return answers.toAction(
                Operation.SYMLINK,
                path,
                () -> files.makeSymlink(path, target, caller.uid.intValue(), caller.gid.intValue()));
    }

    @Override
    public int rename(String path, String newPath) {
        return answers.toAction(Operation.RENAME, path, () -> files.rename(path, newPath));
    }

    @Override
    public int link(String path, String newPath) {
        return answers.toAction(Operation.LINK, path, () -> files.link(path, newPath));
    }

    @Override
    public int chmod(String path, long mode) {
        return answers.toAction(Operation.CHMOD, path, () -> files.changeMode(path, (int) mode));
    }

    @Override
    public int chown(String path, long uid, long gid) {
        return answers.toAction(Operation.CHOWN, path, () -> files.changeOwner(path, (int) uid, (int) gid));
    }

    @Override
    public int utimens(String path, Timespec[] times) {
        return answers.toAction(
                Operation.UTIMENS, path, () -> files.changeTimes(path, change(times[0]), change(times[1])));
    }

    private static TimeChange change(Timespec time) {
        long nanos = time.tv_nsec.longValue();
        if (nanos == OMIT_NANOS) {
            return TimeChange.KEEP;
        }
        return nanos == NOW_NANOS ? TimeChange.NOW : TimeChange.to(time.tv_sec.get(), nanos);
    }

    @Override
    public int truncate(String path, long size) {
        return answers.toAction(Operation.TRUNCATE, path, () -> files.truncate(path, size));
    }

    @Override
    public int ftruncate(@Nullable String path, long size, FuseFileInfo info) {
        return answers.toAction(Operation.TRUNCATE, path, () -> files.truncate(info.fh.get(), size));
    }

    @Override
    public int open(String path, FuseFileInfo info) {
        boolean writable = (info.flags.get() & ACCESS_MODE_MASK) != 0;
        return answers.toAction(Operation.OPEN, path, () -> info.fh.set(files.open(path, writable)));
    }

    @Override
    public int create(String path, long mode, FuseFileInfo info) {
        FuseContext caller = getContext();
        return answers.toAction(
                Operation.CREATE,
                path,
                () -> info.fh.set(files.create(path, (int) mode, caller.uid.intValue(), caller.gid.intValue())));
    }

    @Override
    public int release(@Nullable String path, FuseFileInfo info) {
        return answers.toAction(Operation.RELEASE, path, () -> files.release(info.fh.get()));
    }

    @Override
    public int read(@Nullable String path, Pointer into, long size, long offset, FuseFileInfo info) {
        return answers.to(Operation.READ, path, () -> files.read(info.fh.get(), bufferOf(into, size), offset));
    }

    @Override
    public int write(@Nullable String path, Pointer from, long size, long offset, FuseFileInfo info) {
        return answers.to(Operation.WRITE, path, () -> {
            if (isAppend(info)) {
                files.append(info.fh.get(), bufferOf(from, size));
            } else {
                files.write(info.fh.get(), bufferOf(from, size), offset);
            }
            return (int) size;
        });
    }

    /**
     * The offset of such a write is where the kernel believes the end to be; it keeps a size for each name of a file, and another name's appends
     * are not in it. Pages that it writes back of a mapping have their place.
     */
    private static boolean isAppend(FuseFileInfo info) {
        long writePage = (long) WORDS_BEFORE_WRITEPAGE * info.getRuntime().addressSize();
        return (info.flags.get() & APPEND) != 0 && Struct.getMemory(info).getInt(writePage) == 0;
    }

    private static ByteBuffer bufferOf(Pointer memory, long size) {
        return MemoryIO.getInstance().newDirectByteBuffer(memory.address(), (int) size);
    }

    @Override
    public int fallocate(@Nullable String path, int mode, long offset, long length, FuseFileInfo info) {
        return answers.toAction(Operation.FALLOCATE, path, () -> {
            long handle = info.fh.get();
            int kind = mode & ~KEEP_SIZE;
            if (kind == ZERO_RANGE && (mode & KEEP_SIZE) == 0) {
                files.zeroRange(handle, offset, length);
            } else if (kind == PUNCH_HOLE || kind == ZERO_RANGE) {
                files.punchHole(handle, offset, length);
            } else {
                throw new ErrnoException(Errno.EOPNOTSUPP); // room cannot be set aside
            }
        });
    }

    @Override
    public int fsync(@Nullable String path, int dataOnly, FuseFileInfo info) {
        return answers.toAction(Operation.FSYNC, path, () -> files.sync(info.fh.get()));
    }

    @Override
    public int opendir(String path, FuseFileInfo info) {
        return answers.toAction(Operation.READDIR, path, () -> info.fh.set(files.openDirectory(path)));
    }

    @Override
    public int readdir(@Nullable String path, Pointer buffer, FuseFillDir filler, long offset, FuseFileInfo info) {
        return answers.toAction(Operation.READDIR, path, () -> {
            FileStat stat = new FileStat(fuseOperations.getRuntime());
            stat.useMemory(fuseOperations.getRuntime().getMemoryManager().allocateDirect(Struct.size(stat), true));
            for (Entry entry : files.list(info.fh.get())) {
                stat.st_ino.set(entry.inode().number());
                stat.st_mode.set(entry.inode().kind().typeBits());
                byte[] name = (entry.name() + '\0').getBytes(StandardCharsets.UTF_8);
                if (filler.apply(buffer, ByteBuffer.wrap(name), Struct.getMemory(stat), 0) != 0) {
                    throw new ErrnoException(Errno.ENOMEM);
                }
            }
        });
    }

    @Override
    public int releasedir(@Nullable String path, FuseFileInfo info) {
        return answers.toAction(Operation.READDIR, path, () -> files.releaseDirectory(info.fh.get()));
    }

    private int syncDirectory(FuseFileInfo info) {
        return answers.toAction(Operation.FSYNC, null, () -> files.syncDirectory(info.fh.get()));
    }

    @Override
    public int statfs(String path, Statvfs status) {
        return answers.toAction(Operation.STATFS, path, () -> {
            SpaceStatus space = files.space();
            status.f_bsize.set(space.blockBytes());
            status.f_frsize.set(space.blockBytes());
            status.f_blocks.set(space.totalBytes() / space.blockBytes());
            status.f_bfree.set(space.freeBytes() / space.blockBytes());
            status.f_bavail.set(space.freeBytes() / space.blockBytes());
            long more = space.freeBytes() / space.blockBytes(); // each new file takes a block of the log for a while
            status.f_files.set(space.files() + more);
            status.f_ffree.set(more);
            status.f_favail.set(more);
            status.f_namemax.set(NAME_MAX);
        });
    }

    @Override
    public int setxattr(String path, String name, Pointer value, long size, int flags) {
        return answers.toAction(Operation.XATTR, path, () -> {
            byte[] bytes = new byte[(int) size];
            value.get(0, bytes, 0, bytes.length);
            files.xattrs().set(path, name, bytes, flags);
        });
    }

    @Override
    public int getxattr(String path, String name, Pointer into, long size) {
        return answers.to(Operation.XATTR, path, () -> give(files.xattrs().get(path, name), into, size));
    }

    @Override
    public int listxattr(String path, Pointer into, long size) {
        return answers.to(Operation.XATTR, path, () -> {
            StringBuilder names = new StringBuilder();
            files.xattrs().list(path).forEach(name -> names.append(name).append('\0'));
            return give(names.toString().getBytes(StandardCharsets.UTF_8), into, size);
        });
    }

    /** A size of 0 asks how much there is. */
    private static int give(byte[] bytes, Pointer into, long size) throws ErrnoException {
        if (size == 0) {
            return bytes.length;
        }
        if (bytes.length > size) {
            throw new ErrnoException(Errno.ERANGE);
        }
        into.put(0, bytes, 0, bytes.length);
        return bytes.length;
    }

    @Override
    public int removexattr(String path, String name) {
        return answers.toAction(Operation.XATTR, path, () -> files.xattrs().remove(path, name));
    }
}

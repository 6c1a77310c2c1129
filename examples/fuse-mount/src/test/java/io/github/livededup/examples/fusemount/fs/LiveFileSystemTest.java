package io.github.livededup.examples.fusemount.fs;

import static io.github.livededup.examples.fusemount.fs.TestFiles.bytes;
import static io.github.livededup.examples.fusemount.fs.TestFiles.get;
import static io.github.livededup.examples.fusemount.fs.TestFiles.makeDirectory;
import static io.github.livededup.examples.fusemount.fs.TestFiles.names;
import static io.github.livededup.examples.fusemount.fs.TestFiles.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.fusemount.tree.FileKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file system without FUSE. */
class LiveFileSystemTest {
    @TempDir
    Path directory;

    private Volume volume;
    private LiveFileSystem files;

    @BeforeEach
    void open() throws IOException {
        volume = LiveDedup.openOrCreate(directory.resolve("volume"), VolumeOptions.defaults());
        files = TestFiles.open(volume);
    }

    @AfterEach
    void close() throws IOException {
        files.close();
        volume.close();
    }

    private void reopen() throws IOException {
        close();
        open();
    }

    /** The names of images, apart from the tree's. */
    private List<String> images() throws IOException {
        return volume.images().list().stream()
                .map(ImageInfo::name)
                .filter(name -> !name.equals(ImageNames.TREE))
                .sorted()
                .toList();
    }

    private String content(String image) throws IOException {
        try (Image open = volume.images().openReadOnly(image)) {
            ByteBuffer into = ByteBuffer.allocate((int) open.sizeBytes());
            open.read(into, 0);
            return new String(into.array(), StandardCharsets.UTF_8);
        }
    }

    private static void assertRefused(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void allThatWasMadeIsThereAgain() throws Exception {
        makeDirectory(files, "/d");
        put(files, "/d/file", "one");
        files.makeSymlink("/s", "d/file", 5, 6);
        files.make("/pipe", FileKind.FIFO.typeBits() | 0600, 0, 5, 6);
        files.make("/null", FileKind.CHARACTER_DEVICE.typeBits() | 0666, 0x103, 5, 6);
        files.link("/d/file", "/d/other");
        files.changeMode("/d/file", 04755);
        files.changeOwner("/d/file", 70_000, -1);
        files.changeTimes("/d/file", TimeChange.to(-5, 1), TimeChange.to(4_294_967_296L, 999_999_999));
        files.xattrs().set("/d", "user.a", new byte[] {0, 1, -1}, 0);
        String before = names(files);
        reopen();
        assertThat(names(files)).isEqualTo(before);
        FileStatus status = files.status("/d/other");
        assertThat(status.attributes().uid()).isEqualTo(70_000);
        assertThat(status.attributes().gid()).isEqualTo(4);
        assertThat(status.attributes().permissions()).isEqualTo(04755);
        assertThat(status.attributes().accessNanos()).isEqualTo(-4_999_999_999L);
        assertThat(status.attributes().modifyNanos()).isEqualTo(4_294_967_296_999_999_999L);
        assertThat(status.linkCount()).isEqualTo(2);
        assertThat(status.sizeBytes()).isEqualTo(3);
        assertThat(files.status("/null").attributes().device()).isEqualTo(0x103);
        assertThat(files.readSymlink("/s")).isEqualTo("d/file");
        assertThat(files.xattrs().get("/d", "user.a")).containsExactly(0, 1, -1);
        assertThat(get(files, "/d/other")).isEqualTo("one");
        assertThat(files.status("/d").linkCount()).isEqualTo(2);
        assertThat(files.status("/").linkCount()).isEqualTo(3);
    }

    @Test
    void filesOfTheRootAreImagesOfTheirName() throws Exception {
        put(files, "/disk", "content");
        assertThat(images()).containsExactly("disk");
        assertThat(content("disk")).isEqualTo("content");
        makeDirectory(files, "/d");
        files.rename("/disk", "/d/disk");
        assertThat(images()).allMatch(ImageNames::isReserved).hasSize(1);
        put(files, "/disk", "another");
        files.rename("/d/disk", "/moved");
        assertThat(images()).containsExactly("disk", "moved");
        assertThat(content("moved")).isEqualTo("content");
        files.rename("/moved", "/disk");
        assertThat(images()).contains("disk").doesNotContain("moved");
        assertThat(content("disk")).isEqualTo("content");
        files.link("/disk", "/alias");
        files.unlink("/disk");
        assertThat(images()).contains("alias").doesNotContain("disk");
        reopen();
        assertThat(images()).containsExactly("alias");
        assertThat(get(files, "/alias")).isEqualTo("content");
    }

    @Test
    void theRecordIsInTheJournalBeforeImagesAreRenamedOrDeleted() throws Exception {
        put(files, "/a", "one");
        files.close();
        List<String> calls = new ArrayList<>();
        files = TestFiles.open(WatchedVolume.of(volume, (method, argument) -> calls.add(method + " " + argument)));
        calls.clear();
        files.rename("/a", "/b");
        assertThat(calls).containsExactly("info " + ImageNames.TREE, "rename a");
        calls.clear();
        files.make("/c", 0644, 0, 0, 0);
        assertThat(calls).containsExactly("info " + ImageNames.TREE, "create c");
        files.unlink("/c");
        calls.clear();
        files.close();
        assertThat(calls).hasSize(2);
        assertThat(calls.get(0)).isEqualTo("info " + ImageNames.TREE);
        assertThat(calls.get(1)).startsWith("delete " + ImageNames.RESERVED);
        files = TestFiles.open(volume);
    }

    @Test
    void imagesOfOtherProgramsAreFilesOfTheRoot() throws Exception {
        makeDirectory(files, "/taken");
        put(files, "/gone", "x");
        files.close();
        try (Image image = volume.images().create("imported", 5)) {
            image.write(bytes("12345"), 0);
        }
        volume.images().create("taken", 1).close();
        volume.images().snapshot("imported", "frozen");
        volume.images().delete("gone");
        files = TestFiles.open(volume);
        assertThat(get(files, "/imported")).isEqualTo("12345");
        assertThat(files.status("/imported").attributes().uid()).isEqualTo(1);
        assertThat(files.status("/taken~2").sizeBytes()).isEqualTo(1);
        assertThat(files.status("/frozen").attributes().permissions()).isEqualTo(0444);
        assertRefused(Errno.EROFS, () -> files.open("/frozen", true));
        assertRefused(Errno.ENOENT, () -> files.status("/gone"));
        put(files, "/gone", "again");
        reopen();
        assertThat(get(files, "/gone")).isEqualTo("again");
        assertThat(get(files, "/frozen")).isEqualTo("12345");
        files.unlink("/frozen");
        reopen();
        assertThat(images()).containsExactly("gone", "imported", "taken");
    }

    @Test
    void aRemovedFileLivesUntilItIsClosed() throws Exception {
        put(files, "/a", "one");
        put(files, "/b", "two");
        long handle = files.open("/a", true);
        files.rename("/b", "/a");
        assertThat(files.status(handle).linkCount()).isZero();
        files.write(handle, bytes("more"), 3);
        assertThat(get(files, handle)).isEqualTo("onemore");
        assertThat(get(files, "/a")).isEqualTo("two");
        assertThat(content("a")).isEqualTo("two");
        files.release(handle);
        reopen();
        assertThat(images()).containsExactly("a");
    }

    @Test
    void anOpenFileIsRemovedAsTheCLibraryDoesIt() throws Exception {
        makeDirectory(files, "/d");
        put(files, "/d/a", "one");
        long handle = files.open("/d/a", true);
        files.rename("/d/a", "/d/.fuse_hidden0000000a00000001");
        assertThat(files.status("/d/.fuse_hidden0000000a00000001").linkCount()).isZero();
        assertThat(names(files)).doesNotContain("hidden");
        files.removeDirectory("/d");
        assertThat(get(files, handle)).isEqualTo("one");
        files.release(handle);
        reopen();
        assertThat(images()).isEmpty();
    }

    /** The C library takes a file for open until it has heard that it is closed. */
    @Test
    void aFileThatWasJustClosedIsRemovedAsTheCLibraryDoesIt() throws Exception {
        String hidden = "/.fuse_hidden0000000a00000001";
        put(files, "/a", "one");
        put(files, "/b", "two");
        files.link("/b", "/c");
        files.rename("/a", hidden);
        files.rename("/b", hidden);
        for (String path : List.of("/a", "/b", hidden)) {
            assertRefused(Errno.ENOENT, () -> files.status(path));
        }
        assertRefused(Errno.ENOENT, () -> files.unlink(hidden)); // which the C library does not mind
        assertThat(get(files, "/c")).isEqualTo("two");
        assertThat(files.status("/c").linkCount()).isEqualTo(1);
        makeDirectory(files, "/d");
        assertRefused(Errno.EPERM, () -> files.rename("/d", hidden));
        reopen();
        assertThat(images()).containsExactly("c");
    }

    /** Anybody can look such a name up who may write in the directory. */
    @Test
    void aRemovedFilesNameCannotBeMoved() throws Exception {
        String hidden = "/d/.fuse_hidden0000000a00000001";
        makeDirectory(files, "/d");
        put(files, "/d/a", "one");
        put(files, "/d/b", "two");
        long handle = files.open("/d/a", true);
        files.rename("/d/a", hidden);
        for (String newPath : List.of("/d/x", "/x", "/d/b", hidden, "/d/.fuse_hidden0000000a00000002")) {
            assertRefused(Errno.EPERM, () -> files.rename(hidden, newPath));
        }
        assertThat(get(files, handle)).isEqualTo("one");
        String before = names(files);
        files.release(handle);
        // Until the C library takes the name away.
        assertRefused(Errno.ENOENT, () -> files.xattrs().set(hidden, "user.x", new byte[1], 0));
        assertRefused(Errno.ENOENT, () -> files.changeMode(hidden, 0777));
        assertRefused(Errno.ENOENT, () -> files.open(hidden, true));
        files.unlink(hidden);
        reopen();
        assertThat(names(files)).isEqualTo(before);
        assertThat(get(files, "/d/b")).isEqualTo("two");
    }

    @Test
    void aFileGrowsShrinksAndHasHoles() throws Exception {
        long handle = files.create("/f", 0644, 0, 0);
        files.write(handle, bytes("end"), 1_000_000);
        assertThat(files.status(handle).sizeBytes()).isEqualTo(1_000_003);
        files.truncate(handle, 1_000_001);
        files.truncate(handle, 1_000_010);
        ByteBuffer into = ByteBuffer.allocate(20);
        assertThat(files.read(handle, into, 999_998)).isEqualTo(12);
        assertThat(into.array()).startsWith(0, 0, 'e', 0, 0, 0).endsWith(0, 0);
        files.write(handle, ByteBuffer.wrap(new byte[300_000]).put(100_000, (byte) 1), 0);
        files.punchHole(handle, 100_000, 5_000_000);
        assertThat(files.status(handle).sizeBytes()).isEqualTo(1_000_010);
        assertRefused(Errno.EFBIG, () -> files.write(handle, bytes("x"), 64L << 40));
        assertRefused(Errno.EFBIG, () -> files.truncate(handle, (64L << 40) + 1));
        files.release(handle);
        assertThat(files.status("/f").storedBytes()).isZero();
        assertRefused(Errno.EBADF, () -> files.status(handle));
    }

    @Test
    void whatIsAppendedUnderTwoNamesIsAllThere() throws Exception {
        put(files, "/a", "1");
        files.link("/a", "/b");
        long a = files.open("/a", true);
        long b = files.open("/b", true);
        files.append(a, bytes("22"));
        files.append(b, bytes("333"));
        files.append(a, bytes("4"));
        assertThat(get(files, b)).isEqualTo("1223334");
        files.truncate(a, 64L << 40);
        assertRefused(Errno.EFBIG, () -> files.append(b, bytes("5")));
        files.release(a);
        files.release(b);
    }

    @Test
    void aRangeOfZerosMakesAFileLongerNeverShorter() throws Exception {
        put(files, "/f", "0123456789");
        long handle = files.open("/f", true);
        files.zeroRange(handle, 1, 2);
        assertThat(get(files, handle)).isEqualTo("0\0\0003456789");
        files.zeroRange(handle, 8, 4);
        assertThat(get(files, handle)).isEqualTo("0\0\00034567\0\0\0\0");
        files.zeroRange(handle, 20, 1);
        assertThat(files.status(handle).sizeBytes()).isEqualTo(21);
        assertRefused(Errno.EFBIG, () -> files.zeroRange(handle, 64L << 40, 1));
        assertRefused(Errno.EFBIG, () -> files.zeroRange(handle, 1, Long.MAX_VALUE));
        assertRefused(Errno.EINVAL, () -> files.zeroRange(handle, 1, 0));
        files.release(handle);
    }

    @Test
    void whatMakesNoSenseIsRefused() throws Exception {
        makeDirectory(files, "/d");
        makeDirectory(files, "/d/e");
        put(files, "/f", "");
        assertRefused(Errno.EEXIST, () -> makeDirectory(files, "/f"));
        assertRefused(Errno.ENOENT, () -> put(files, "/x/y", ""));
        assertRefused(Errno.ENOTDIR, () -> put(files, "/f/y", ""));
        assertRefused(Errno.EISDIR, () -> files.unlink("/d"));
        assertRefused(Errno.EISDIR, () -> files.open("/d", false));
        assertRefused(Errno.ENOTDIR, () -> files.removeDirectory("/f"));
        assertRefused(Errno.ENOTEMPTY, () -> files.removeDirectory("/d"));
        assertRefused(Errno.ENOTEMPTY, () -> files.rename("/d/e", "/d"));
        assertRefused(Errno.EINVAL, () -> files.rename("/d", "/d/e/x"));
        assertRefused(Errno.EISDIR, () -> files.rename("/f", "/d"));
        assertRefused(Errno.ENOTDIR, () -> files.rename("/d", "/f"));
        assertRefused(Errno.EPERM, () -> files.link("/d", "/g"));
        assertRefused(Errno.EPERM, () -> put(files, "/.~fuse-x", ""));
        assertRefused(Errno.ENAMETOOLONG, () -> put(files, "/" + "\u00fc".repeat(128), ""));
        assertRefused(Errno.EILSEQ, () -> put(files, "/a\ufffd", ""));
        assertRefused(Errno.EILSEQ, () -> files.makeSymlink("/s", "a\ufffd", 0, 0));
        assertRefused(Errno.EILSEQ, () -> files.xattrs().set("/f", "user.\ufffd", new byte[1], 0));
        assertRefused(Errno.EILSEQ, () -> files.xattrs().get("/f", "user.\ufffd"));
        assertRefused(Errno.ENODATA, () -> files.xattrs().get("/f", "user.x"));
        assertRefused(Errno.EOPNOTSUPP, () -> files.xattrs().set("/f", "system.posix_acl_access", new byte[4], 0));
        files.xattrs().set("/f", "user.x", new byte[1], Xattrs.CREATE);
        assertRefused(Errno.EEXIST, () -> files.xattrs().set("/f", "user.x", new byte[1], Xattrs.CREATE));
        assertRefused(Errno.ENODATA, () -> files.xattrs().set("/f", "user.y", new byte[1], Xattrs.REPLACE));
    }

    @Test
    void aFilesAttributesHaveALimit() throws Exception {
        put(files, "/f", "");
        byte[] value = new byte[64 << 10];
        for (int i = 0; i < 15; i++) {
            files.xattrs().set("/f", "user." + i, value, 0);
        }
        assertRefused(Errno.ENOSPC, () -> files.xattrs().set("/f", "user.15", value, 0));
        files.xattrs().set("/f", "user.0", value, 0);
        files.xattrs().remove("/f", "user.0");
        files.xattrs().set("/f", "user.15", value, 0);
        put(files, "/g", "");
        files.xattrs().set("/g", "user.0", value, 0);
    }

    @Test
    void newFilesTakeTheGroupOfADirectoryThatSaysSo() throws Exception {
        makeDirectory(files, "/d");
        files.changeOwner("/d", -1, 99);
        files.changeMode("/d", 02775);
        put(files, "/d/f", "");
        makeDirectory(files, "/d/e");
        assertThat(files.status("/d/f").attributes().gid()).isEqualTo(99);
        assertThat(files.status("/d/e").attributes().gid()).isEqualTo(99);
        assertThat(files.status("/d/e").attributes().permissions()).isEqualTo(02750);
    }

    @Test
    void theLogIsRewrittenWhenItIsLong() throws Exception {
        makeDirectory(files, "/d");
        for (int i = 0; i < 12_000; i++) {
            files.changeMode("/d", i & 0777);
        }
        assertThat(volume.images().info(ImageNames.TREE).sizeBytes()).isLessThan(1_300_000);
        put(files, "/d/f", "x");
        String before = names(files);
        reopen();
        assertThat(names(files)).isEqualTo(before);
    }

    @Test
    void aVolumeForReadingOnlyIsShownAndNotChanged() throws Exception {
        put(files, "/f", "x");
        close();
        volume = LiveDedup.open(
                directory.resolve("volume"),
                VolumeOptions.builder().readOnly(true).build());
        files = TestFiles.open(volume);
        assertThat(get(files, "/f")).isEqualTo("x");
        assertRefused(Errno.EROFS, () -> put(files, "/g", ""));
        assertRefused(Errno.EROFS, () -> files.unlink("/f"));
        assertRefused(Errno.EROFS, () -> files.open("/f", true));
        assertRefused(Errno.EROFS, () -> files.changeMode("/f", 0));
    }
}

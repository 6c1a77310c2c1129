package io.github.livededup.examples.fusemount.fs;

import static io.github.livededup.examples.fusemount.fs.TestFiles.get;
import static io.github.livededup.examples.fusemount.fs.TestFiles.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.fusemount.fs.WatchedVolume.Watcher;
import io.github.livededup.examples.fusemount.log.TreeLog;
import io.github.livededup.examples.fusemount.tree.Attributes;
import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Change.PutEntry;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.Change.PutXattr;
import io.github.livededup.examples.fusemount.tree.Change.RemoveEntry;
import io.github.livededup.examples.fusemount.tree.Change.RemoveXattr;
import io.github.livededup.examples.fusemount.tree.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions of which something fails: they did not happen, and what is in the log can be mounted. */
class TreeStoreTest {
    private static final Watcher NOTHING = (method, image) -> {};

    @TempDir
    Path directory;

    /** What the volume under the file system does before a call; a test changes it. */
    private volatile Watcher watcher = NOTHING;

    private Volume volume;
    private LiveFileSystem files;

    @BeforeEach
    void open() throws IOException {
        volume = LiveDedup.openOrCreate(directory.resolve("volume"), VolumeOptions.defaults());
        files = TestFiles.open(WatchedVolume.of(volume, (method, image) -> watcher.before(method, image)));
    }

    @AfterEach
    void close() throws IOException {
        watcher = NOTHING;
        files.close();
        volume.close();
    }

    private void reopen() throws IOException {
        close();
        open();
    }

    private static void refuse(Throwable failure) throws IOException {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        throw (IOException) failure;
    }

    @Test
    void whatFailsAfterItsRecordDidNotHappen() throws Exception {
        List<Throwable> failures =
                List.of(new OutOfMemoryError("as a test has it"), new IOException("as a test has it"));
        for (Throwable failure : failures) {
            for (String call : List.of("info " + ImageNames.TREE, "create b")) {
                watcher = (method, image) -> {
                    if ((method + " " + image).equals(call)) {
                        watcher = NOTHING;
                        refuse(failure);
                    }
                };
                assertThat(catchThrowable(() -> put(files, "/b", "1"))).as(call).isSameAs(failure);
                put(files, "/b", "2"); // the program tries again
                reopen();
                assertThat(get(files, "/b")).isEqualTo("2");
                files.unlink("/b");
            }
        }
    }

    /** Such an image is created before its record, which has the log stored now and then. */
    @Test
    void anImageThatNobodyElseLooksForIsNotLeftOver() throws Exception {
        TestFiles.makeDirectory(files, "/d");
        OutOfMemoryError failure = new OutOfMemoryError("as a test has it");
        watcher = (method, image) -> {
            if (method.equals("info")) {
                watcher = NOTHING;
                throw failure;
            }
        };
        int made = -1;
        Throwable thrown = null;
        while (thrown == null) {
            String path = "/d/" + ++made;
            thrown = catchThrowable(() -> put(files, path, "1"));
        }
        assertThat(thrown).isSameAs(failure);
        put(files, "/d/" + made, "2");
        assertThat(get(files, "/d/" + made)).isEqualTo("2");
    }

    @Test
    void aRenamingThatWasDoneWhenItFailedIsTakenBack() throws Exception {
        put(files, "/a", "old");
        put(files, "/b", "new");
        OutOfMemoryError failure = new OutOfMemoryError("as a test has it");
        watcher = (method, image) -> {
            if (method.equals("rename") && image.equals("b")) {
                watcher = NOTHING;
                volume.images().rename("b", "a");
                throw failure;
            }
        };
        assertThat(catchThrowable(() -> files.rename("/b", "/a"))).isSameAs(failure);
        for (int i = 0; i < 2; i++) {
            assertThat(get(files, "/a")).isEqualTo("old");
            assertThat(get(files, "/b")).isEqualTo("new");
            reopen();
        }
        files.rename("/b", "/a");
        assertThat(get(files, "/a")).isEqualTo("new");
    }

    @Test
    void whatCannotBeTakenBackIsFinishedByTheNextMount() throws Exception {
        put(files, "/a", "old");
        put(files, "/b", "new");
        IOException failure = new IOException("as a test has it");
        watcher = (method, image) -> {
            if (method.equals("rename") && !image.equals("a")) {
                throw failure;
            }
        };
        assertThat(catchThrowable(() -> files.rename("/b", "/a"))).isSameAs(failure);
        watcher = NOTHING;
        assertRefused(Errno.EROFS, () -> put(files, "/c", ""));
        assertThat(get(files, "/b")).isEqualTo("new");
        reopen();
        assertThat(get(files, "/a")).isEqualTo("new");
        put(files, "/b", "another");
    }

    /** A record that stays in the log while another try appends it again. */
    @Test
    void aFullVolumeWhileTheLogIsStoredDoesNotDoubleARecord() throws Exception {
        AtomicInteger stored = new AtomicInteger();
        watcher = (method, image) -> {
            if (method.equals("info") && stored.incrementAndGet() % 2 == 0) {
                throw new VolumeFullException("volume", "room: actual=0 expected=some, as a test has it");
            }
        };
        for (int i = 0; i < 4; i++) {
            String path = "/" + i;
            untilItWorks(() -> TestFiles.makeDirectory(files, path));
            untilItWorks(() -> files.xattrs().set(path, "user.x", new byte[5000], 0));
            untilItWorks(() -> files.removeDirectory(path));
        }
        assertThat(stored).hasValueGreaterThan(4);
        watcher = NOTHING;
        put(files, "/a", "kept");
        reopen();
        assertThat(get(files, "/a")).isEqualTo("kept");
    }

    private static void untilItWorks(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        for (int tries = 1; tries < 4 && thrown instanceof VolumeFullException; tries++) {
            thrown = catchThrowable(call);
        }
        assertThat(thrown).isNull();
    }

    /** As volumes have it from before there was a limit for a file. */
    @Test
    void moreAttributesOfAFileThanARecordTakesDoNotKeepTheLogFromBeingRewritten() throws Exception {
        put(files, "/a", "kept");
        files.close();
        AtomicInteger rewritten = new AtomicInteger();
        Volume watched = WatchedVolume.of(volume, (method, image) -> {
            if (method.equals("replace")) {
                rewritten.incrementAndGet();
            }
        });
        TreeStore store = Recovery.open(watched, TestFiles.OWNER);
        byte[] value = new byte[64 << 10];
        for (int i = 0; i < 600; i += 200) {
            store.perform(attributes(Tree.ROOT, i, 200, value));
        }
        rewritten.set(0);
        for (int i = 0; i < 12 && rewritten.get() == 0; i++) {
            store.perform(attributes(Tree.ROOT, 0, 200, value));
        }
        assertThat(rewritten).hasValue(1);
        store.close();
        files = TestFiles.open(volume);
        assertThat(files.xattrs().list("/")).hasSize(600);
        assertThat(get(files, "/a")).isEqualTo("kept");
    }

    private static List<Change> attributes(long inode, int from, int count, byte[] value) {
        List<Change> changes = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            changes.add(new PutXattr(inode, "user." + i, value));
        }
        return changes;
    }

    @Test
    void nothingIsAddedToAFullTreeUntilThingsAreRemoved() throws Exception {
        Tree tree = new Tree();
        Attributes attributes = files.status("/").attributes();
        tree.apply(List.of(new PutInode(Tree.ROOT, attributes)));
        TreeLog log = TreeLog.create(volume.images(), ImageNames.RESERVED, volume.blockSizeBytes(), tree);
        TreeStore store = new TreeStore(volume, tree, log, 1 << 20);
        byte[] value = new byte[64 << 10];
        for (int i = 0; i < 20; i++) {
            store.perform(attributes(Tree.ROOT, 0, 1, value)); // one in place of the other
        }
        store.perform(List.of(new PutInode(2, attributes)));
        store.perform(attributes(Tree.ROOT, 0, 16, value));
        List<Change> entry = List.of(new PutEntry(Tree.ROOT, "c", 2));
        assertRefused(Errno.ENOSPC, () -> store.perform(entry));
        assertRefused(Errno.ENOSPC, () -> store.perform(attributes(Tree.ROOT, 0, 1, new byte[1])));
        store.perform(TreeStore.nothing(tree));
        store.perform(List.of(new RemoveXattr(Tree.ROOT, "user.0")));
        store.perform(entry);
        store.perform(attributes(Tree.ROOT, 0, 1, new byte[1]));
        store.close();
    }

    @Test
    void aLogThatCannotBeRewrittenIsWrittenOn() throws Exception {
        TestFiles.makeDirectory(files, "/d");
        AtomicInteger tried = new AtomicInteger();
        List<Throwable> failures = List.of(
                new IllegalStateException("as a test has it"),
                new OutOfMemoryError("as a test has it"),
                new IOException("as a test has it"));
        watcher = (method, image) -> {
            if (method.equals("replace")) {
                refuse(failures.get(tried.getAndIncrement() % failures.size()));
            }
        };
        byte[] value = new byte[64 << 10];
        while (tried.get() < 6) {
            files.xattrs().set("/d", "user.a", value, 0);
        }
        put(files, "/d/a", "kept");
        files.close();
        files = TestFiles.open(WatchedVolume.of(volume, (method, image) -> watcher.before(method, image)));
        assertThat(tried).as("by the mount as well").hasValueGreaterThan(7);
        assertThat(get(files, "/d/a")).isEqualTo("kept");
    }

    /** No call makes such a transaction; were there one, it must not cost the whole tree. */
    @Test
    void aTransactionThatMakesNoSenseIsCancelled() throws Exception {
        put(files, "/a", "kept");
        files.close();
        TreeStore store = Recovery.open(volume, TestFiles.OWNER);
        List<RemoveEntry> senseless = List.of(new RemoveEntry(Tree.ROOT, "none"));
        assertThatThrownBy(() -> store.perform(List.copyOf(senseless))).isInstanceOf(IllegalArgumentException.class);
        assertRefused(Errno.EROFS, () -> store.perform(TreeStore.nothing(store.tree())));
        store.close();
        files = TestFiles.open(volume);
        assertThat(get(files, "/a")).isEqualTo("kept");
        put(files, "/b", "");
    }

    private static void assertRefused(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}

package io.github.livededup.examples.fusemount.fs;

import static io.github.livededup.examples.fusemount.fs.TestFiles.get;
import static io.github.livededup.examples.fusemount.fs.TestFiles.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.fusemount.log.Replay;
import io.github.livededup.examples.fusemount.log.TreeLog;
import io.github.livededup.examples.fusemount.tree.Inode;
import io.github.livededup.examples.fusemount.tree.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a recovery makes of a log that ends in a transaction whose images were renamed, and one of them deleted since: another image that has
 * its name by now must not be taken for it.
 */
class SettlingTest {
    @TempDir
    Path directory;

    private Volume volume;

    @BeforeEach
    void open() throws IOException {
        volume = LiveDedup.openOrCreate(directory.resolve("volume"), VolumeOptions.defaults());
    }

    @AfterEach
    void close() throws IOException {
        volume.close();
    }

    /** As a crash left a volume before the log was told that images are done. */
    @Test
    void aFileThatReplacedAnotherIsKept() throws IOException {
        replaceAndDelete();
        try (LiveFileSystem files = TestFiles.open(volume)) {
            assertThat(get(files, "/a")).isEqualTo("new");
        }
        try (LiveFileSystem files = TestFiles.open(volume)) {
            assertThat(get(files, "/a")).isEqualTo("new");
        }
    }

    /** The log ends in the renaming of b over a, whose old image is gone. */
    private void replaceAndDelete() throws IOException {
        try (LiveFileSystem files = TestFiles.open(volume)) {
            put(files, "/a", "old");
            put(files, "/b", "new");
        }
        Replay replay = Objects.requireNonNull(TreeLog.read(volume.images(), ImageNames.TREE));
        Tree tree = replay.tree();
        Inode old = Objects.requireNonNull(tree.root().child("a"));
        Inode fresh = Objects.requireNonNull(tree.root().child("b"));
        Placement placement = new Placement(tree, 1);
        placement.unlink(old, new Inode.Link(tree.root(), "a"), false);
        placement.move(fresh, new Inode.Link(tree.root(), "b"), new Inode.Link(tree.root(), "a"));
        try (TreeLog log = TreeLog.resume(volume.images(), ImageNames.TREE, volume.blockSizeBytes(), replay)) {
            log.append(placement.changes());
        }
        String doomed = ImageNames.ofInode(old.number());
        volume.images().rename("a", doomed);
        volume.images().rename("b", "a");
        volume.images().delete(doomed);
    }

    @Test
    void anotherProgramsImageIsNotTakenForARemovedFile() throws IOException {
        try (LiveFileSystem files = TestFiles.open(volume)) {
            put(files, "/a", "old");
            files.unlink("/a");
        }
        try (Image image = volume.images().create("a", 3)) {
            image.write(TestFiles.bytes("new"), 0);
        }
        try (LiveFileSystem files = TestFiles.open(volume)) {
            assertThat(get(files, "/a")).isEqualTo("new");
        }
    }

    @Test
    void theLogIsToldBeforeARemovedFilesImageIsDeleted() throws IOException {
        List<String> deleted = new ArrayList<>();
        try (LiveFileSystem files = TestFiles.open(watched(deleted))) {
            put(files, "/a", "old");
            put(files, "/b", "new");
            files.rename("/b", "/a");
        }
        assertThat(deleted).hasSize(1);
    }

    @Test
    void aRecoveryTellsTheLogBeforeItDeletesImages() throws IOException {
        replaceAndDelete();
        volume.images().create(ImageNames.ofInode(9999), 1).close(); // what it will delete
        List<String> deleted = new ArrayList<>();
        TestFiles.open(watched(deleted)).close();
        assertThat(deleted).hasSize(1);
    }

    @Test
    void aLogThatWasClosedIsSettled() throws IOException {
        try (LiveFileSystem files = TestFiles.open(volume)) {
            put(files, "/a", "old");
        }
        try (LiveFileSystem files = TestFiles.open(volume)) {
            files.rename("/a", "/b"); // nothing else that would be logged at the end
        }
        assertSettled();
    }

    /** Notes the mount's own images that are deleted, and looks at the log each time. */
    private Volume watched(List<String> deleted) {
        return WatchedVolume.of(volume, (method, image) -> {
            if (method.equals("delete") && !image.startsWith(ImageNames.TREE)) {
                assertSettled();
                deleted.add(image);
            }
        });
    }

    private void assertSettled() throws IOException {
        Replay replay = Objects.requireNonNull(TreeLog.read(volume.images(), ImageNames.TREE));
        assertThat(replay.last()).noneMatch(TreeStore::isImageStep);
    }
}

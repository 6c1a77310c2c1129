package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStore;
import io.github.livededup.Volume;
import io.github.livededup.examples.fusemount.log.Replay;
import io.github.livededup.examples.fusemount.log.TreeLog;
import io.github.livededup.examples.fusemount.tree.Attributes;
import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Change.CreateImage;
import io.github.livededup.examples.fusemount.tree.Change.PutEntry;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.Change.RenameImage;
import io.github.livededup.examples.fusemount.tree.FileKind;
import io.github.livededup.examples.fusemount.tree.Inode;
import io.github.livededup.examples.fusemount.tree.Tree;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings tree and images together when a volume is mounted: does what a crash left undone, deletes the images of removed
 * files, shows images that other programs made as files of the root, and forgets files whose images other programs removed.
 */
final class Recovery {
    private static final Logger LOG = System.getLogger(Recovery.class.getName());
    private static final int CHANGES_A_RECORD = 256;
    private static final int SNAPSHOT_PERMISSIONS = 0444;

    private final Volume volume;
    private final ImageStore images;
    private final RootOwner owner;
    private final Map<String, ImageInfo> found = new HashMap<>();
    private final List<List<Change>> transactions = new ArrayList<>();

    private Recovery(Volume volume, RootOwner owner) {
        this.volume = volume;
        images = volume.images();
        this.owner = owner;
    }

    /** Opens the tree of a volume, and makes one if there is none. */
    static TreeStore open(Volume volume, RootOwner owner) throws IOException {
        return new Recovery(volume, owner).run();
    }

    private TreeStore run() throws IOException {
        Replay replay = TreeLog.read(images, ImageNames.TREE);
        Tree tree = replay == null ? freshTree() : replay.tree();
        look();
        if (replay != null) {
            finishLast(tree, replay.last());
        }
        dropLost(tree);
        dropOrphans(tree);
        adopt(tree);
        setSizes(tree);
        TreeLog log = volume.isReadOnly() ? null : writeLog(tree, replay);
        if (log != null) {
            deleteOrphanedImages(tree);
            volume.commit();
        }
        return new TreeStore(volume, tree, log);
    }

    private void look() throws IOException {
        found.clear();
        for (ImageInfo info : images.list()) {
            found.put(info.name(), info);
        }
    }

    private Tree freshTree() {
        Tree tree = new Tree();
        long now = Clock.nowNanos();
        tree.apply(List.of(new PutInode(
                Tree.ROOT,
                new Attributes(
                        FileKind.DIRECTORY,
                        owner.directoryPermissions(),
                        owner.uid(),
                        owner.gid(),
                        0,
                        now,
                        now,
                        now,
                        ""))));
        return tree;
    }

    /** The images of the last transaction may be as before it, or as after some of its steps. */
    private void finishLast(Tree tree, List<Change> last) throws IOException {
        List<Change> steps = last.stream().filter(TreeStore::isImageStep).toList();
        int done = steps.size();
        while (done > 0 && !isDone(steps.get(done - 1))) {
            done--;
        }
        // What comes before a step that is done was done as well, even if it does not look so: its image may be deleted
        // by now.
        for (Change step : steps.subList(done, steps.size())) {
            if (step instanceof CreateImage creation && !found.containsKey(creation.image())) {
                finish(tree, step);
            } else if (step instanceof RenameImage renaming
                    && !found.containsKey(renaming.to())
                    && found.containsKey(renaming.from())) {
                finish(tree, step);
            }
        }
    }

    private boolean isDone(Change step) {
        if (step instanceof CreateImage creation) {
            return found.containsKey(creation.image());
        }
        return step instanceof RenameImage renaming
                && found.containsKey(renaming.to())
                && !found.containsKey(renaming.from());
    }

    private void finish(Tree tree, Change step) throws IOException {
        if (!volume.isReadOnly()) {
            TreeStore.run(images, step);
            look();
        } else if (step instanceof RenameImage renaming) {
            Inode inode = tree.ownerOf(renaming.to());
            if (inode != null) {
                apply(
                        tree,
                        List.of(new PutInode(inode.number(), inode.attributes().withImage(renaming.from()))));
            }
        }
    }

    private void apply(Tree tree, List<Change> changes) {
        tree.apply(changes);
        transactions.add(changes);
    }

    private void dropLost(Tree tree) {
        for (Inode inode : List.copyOf(tree.inodes())) {
            if (inode.kind() == FileKind.REGULAR
                    && !found.containsKey(inode.attributes().text())) {
                LOG.log(
                        Level.WARNING,
                        "image {0} is gone, and its file with it",
                        inode.attributes().text());
                apply(tree, Namespace.removal(inode));
            }
        }
    }

    /** Files that were removed while somebody had them open. */
    private void dropOrphans(Tree tree) {
        for (Inode inode : List.copyOf(tree.inodes())) {
            if (inode.links().isEmpty() && inode.number() != Tree.ROOT) {
                apply(tree, Namespace.removal(inode));
            }
        }
    }

    private void adopt(Tree tree) {
        List<Change> changes = new ArrayList<>();
        for (ImageInfo info : found.values()) {
            if (ImageNames.isReserved(info.name()) || tree.ownerOf(info.name()) != null) {
                continue;
            }
            long number = tree.nextInode();
            long modified = Clock.nanosOf(info.modified());
            int permissions = info.isSnapshot() ? SNAPSHOT_PERMISSIONS : owner.filePermissions();
            Attributes attributes = new Attributes(
                    FileKind.REGULAR,
                    permissions,
                    owner.uid(),
                    owner.gid(),
                    0,
                    modified,
                    modified,
                    modified,
                    info.name());
            changes.clear();
            changes.add(new PutInode(number, attributes));
            changes.add(new PutEntry(Tree.ROOT, freeName(tree, info.name()), number));
            apply(tree, List.copyOf(changes));
        }
    }

    /** An image made by another program may have the name of a directory here. */
    private static String freeName(Tree tree, String name) {
        String free = name;
        for (int i = 2; tree.root().child(free) != null; i++) {
            String end = "~" + i;
            free = name.substring(0, Math.min(name.length(), 255 / 4 - end.length())) + end;
        }
        return free;
    }

    private void setSizes(Tree tree) {
        for (Inode inode : tree.inodes()) {
            ImageInfo info = inode.kind() == FileKind.REGULAR
                    ? found.get(inode.attributes().text())
                    : null;
            if (info != null) {
                inode.setSizeBytes(info.sizeBytes());
                inode.setStoredBlocks(info.mappedBlocks());
            }
        }
    }

    private TreeLog writeLog(Tree tree, @Nullable Replay replay) throws IOException {
        if (found.containsKey(TreeLog.temporary(ImageNames.TREE))) {
            images.delete(TreeLog.temporary(ImageNames.TREE));
        }
        if (replay == null) {
            return TreeLog.create(images, ImageNames.TREE, volume.blockSizeBytes(), tree);
        }
        TreeLog log = TreeLog.resume(images, ImageNames.TREE, volume.blockSizeBytes(), replay);
        if (replay.last().stream().anyMatch(TreeStore::isImageStep)) {
            transactions.add(TreeStore.nothing(tree)); // its images are done, see TreeStore.settle
        }
        List<Change> changes = new ArrayList<>();
        for (List<Change> transaction : transactions) {
            changes.addAll(transaction);
            if (changes.size() >= CHANGES_A_RECORD) {
                log.append(changes);
                changes.clear();
            }
        }
        if (!changes.isEmpty()) {
            log.append(changes);
        }
        log.store();
        TreeStore.rewriteIfLong(log, tree);
        return log;
    }

    private void deleteOrphanedImages(Tree tree) throws IOException {
        for (String name : found.keySet()) {
            boolean isOurs = ImageNames.isReserved(name)
                    && !name.equals(ImageNames.TREE)
                    && !name.equals(TreeLog.temporary(ImageNames.TREE));
            if (isOurs && tree.ownerOf(name) == null) {
                LOG.log(Level.DEBUG, "image {0} has no file", name);
                images.delete(name);
            }
        }
    }
}

package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.CompactionOptions;
import io.github.livededup.ImageStore;
import io.github.livededup.NotFoundException;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.examples.fusemount.log.TreeLog;
import io.github.livededup.examples.fusemount.tree.Attributes;
import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Change.Cancel;
import io.github.livededup.examples.fusemount.tree.Change.CreateImage;
import io.github.livededup.examples.fusemount.tree.Change.PutEntry;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.Change.PutXattr;
import io.github.livededup.examples.fusemount.tree.Change.RenameImage;
import io.github.livededup.examples.fusemount.tree.Inode;
import io.github.livededup.examples.fusemount.tree.Tree;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A tree and its log, under one lock. A transaction goes into the log, then its images are created or renamed, then it is applied in
 * memory. Before images are renamed the record is in the volume's journal, so a crash leaves at most the last transaction's
 * images to do, which {@link Recovery} does.
 */
final class TreeStore {
    private static final Logger LOG = System.getLogger(TreeStore.class.getName());
    private static final int CHANGES_A_RECORD = 256;

    private final Volume volume;
    private final Tree tree;
    private final @Nullable TreeLog log;
    private final long maxTreeBytes;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Set<Inode> dirty = ConcurrentHashMap.newKeySet();
    private volatile boolean failed;
    /** Whether the log ends in a transaction with images, which a recovery would look at; under the write lock. */
    private boolean endsInSteps;

    /** Without a log nothing can be changed. */
    TreeStore(Volume volume, Tree tree, @Nullable TreeLog log) {
        this(volume, tree, log, TreeLog.MAX_SNAPSHOT_BYTES);
    }

    /** Nothing is added to a tree that is longer: it must be possible to read its log again. */
    TreeStore(Volume volume, Tree tree, @Nullable TreeLog log, long maxTreeBytes) {
        this.maxTreeBytes = maxTreeBytes;
        this.volume = volume;
        this.tree = tree;
        this.log = log;
    }

    Lock readLock() {
        return lock.readLock();
    }

    Lock writeLock() {
        return lock.writeLock();
    }

    /** Read under one of the locks. */
    Tree tree() {
        return tree;
    }

    ImageStore images() {
        return volume.images();
    }

    boolean isReadOnly() {
        return log == null;
    }

    /**
     * Tells the log that the images of its last transaction are done. Before anything else happens to them: a recovery would take an
     * image that was deleted for one that was not renamed yet, and another that has got its name for it.
     *
     * @throws IOException if there is no room or the volume has failed
     */
    void settle() throws IOException {
        writeLock().lock();
        try {
            TreeLog to = usableLog();
            if (endsInSteps) {
                append(to, nothing(tree));
            }
            to.store();
        } finally {
            writeLock().unlock();
        }
    }

    /** A transaction that changes nothing. */
    static List<Change> nothing(Tree tree) {
        return List.of(new PutInode(Tree.ROOT, tree.root().attributes()));
    }

    /**
     * Does a transaction, under the write lock; if it throws, nothing was changed, or nothing more can be until the next mount. What was
     * not done must not stay in the log: the record of another try would not go with it.
     */
    void perform(List<Change> changes) throws IOException {
        TreeLog to = usableLog();
        if (tree.snapshotBytes() > maxTreeBytes && changes.stream().anyMatch(TreeStore::isAddition)) {
            throw new ErrnoException(Errno.ENOSPC);
        }
        append(to, changes);
        List<Change> begun = new ArrayList<>();
        boolean isApplying = false;
        try {
            List<Change> steps = changes.stream().filter(TreeStore::isImageStep).toList();
            if (!steps.isEmpty()) {
                to.store();
                runSteps(steps, begun);
            }
            isApplying = true;
            tree.apply(changes);
        } catch (Throwable e) { // such as a lack of memory
            if (isApplying) {
                failed = true; // what is in memory now is unknown
            }
            cancel(to, begun, e);
            throw e;
        }
        rewriteIfLong(to, tree);
    }

    /** On a full volume room is made first: a file must be removable. */
    private void append(TreeLog to, List<Change> changes) throws IOException {
        try {
            to.append(changes);
        } catch (VolumeFullException e) {
            volume.compact(CompactionOptions.defaults());
            to.append(changes);
        }
        endsInSteps = changes.stream().anyMatch(TreeStore::isImageStep);
    }

    private TreeLog usableLog() throws ErrnoException {
        if (log == null || failed) {
            throw new ErrnoException(Errno.EROFS);
        }
        return log;
    }

    private static boolean isAddition(Change change) {
        return change instanceof PutEntry || change instanceof PutXattr;
    }

    static boolean isImageStep(Change change) {
        return change instanceof CreateImage || change instanceof RenameImage;
    }

    /** Tells the steps that may have been done, last first. A creation that fails did not make the image that is there. */
    private void runSteps(List<Change> steps, List<Change> begun) throws IOException {
        for (Change step : steps) {
            if (step instanceof RenameImage) {
                begun.add(0, step);
            }
            run(images(), step);
            if (step instanceof CreateImage) {
                begun.add(0, step);
            }
        }
    }

    static void run(ImageStore images, Change step) throws IOException {
        if (step instanceof CreateImage creation) {
            images.create(creation.image(), 0).close();
        } else if (step instanceof RenameImage renaming) {
            images.rename(renaming.from(), renaming.to());
        }
    }

    private void cancel(TreeLog to, List<Change> begun, Throwable cause) {
        try {
            for (Change step : begun) {
                if (step instanceof CreateImage creation) {
                    images().delete(creation.image());
                } else if (step instanceof RenameImage renaming
                        && isThere(renaming.to())
                        && !isThere(renaming.from())) {
                    images().rename(renaming.to(), renaming.from());
                }
            }
            to.append(List.of(new Cancel()));
        } catch (Throwable e) {
            failed = true;
            LOG.log(Level.ERROR, "a change could not be taken back; the next mount finishes it", e);
        }
        if (failed) {
            LOG.log(Level.ERROR, "no more changes until the next mount", cause);
        }
    }

    private boolean isThere(String image) throws IOException {
        try {
            images().info(image);
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Rewrites a log that has grown long. If it cannot be rewritten now it is later; it only takes more room. */
    static void rewriteIfLong(TreeLog to, Tree tree) {
        if (!to.wantsRewrite()) {
            return;
        }
        try {
            to.rewrite(tree);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.log(Level.WARNING, "the tree's log cannot be rewritten: {0}", e.toString());
        }
    }

    /** Changes attributes in memory; they are logged later. */
    void touch(Inode inode, UnaryOperator<Attributes> change) {
        inode.update(change);
        dirty.add(inode);
    }

    /** Logs the attributes of one inode that were changed in memory, under the write lock. */
    void logAttributes(Inode inode) throws IOException {
        if (dirty.remove(inode) && tree.inode(inode.number()) == inode) {
            logOrKeep(List.of(inode));
        }
    }

    /** Logs all of them. */
    void logAttributes() throws IOException {
        writeLock().lock();
        try {
            List<Inode> inodes = new ArrayList<>(dirty);
            for (int from = 0; from < inodes.size(); from += CHANGES_A_RECORD) {
                List<Inode> some = inodes.subList(from, Math.min(inodes.size(), from + CHANGES_A_RECORD));
                some.forEach(dirty::remove);
                logOrKeep(some);
            }
        } finally {
            writeLock().unlock();
        }
    }

    private void logOrKeep(List<Inode> inodes) throws IOException {
        List<Change> changes = new ArrayList<>();
        for (Inode inode : inodes) {
            if (tree.inode(inode.number()) == inode) { // else it was removed
                changes.add(new PutInode(inode.number(), inode.attributes()));
            }
        }
        if (changes.isEmpty()) {
            return;
        }
        try {
            TreeLog to = usableLog();
            append(to, changes); // not applied: memory has them, or newer ones
            rewriteIfLong(to, tree);
        } catch (IOException | RuntimeException e) {
            dirty.addAll(inodes);
            throw e;
        }
    }

    /** Makes everything that was done before durable, with the attributes of one inode. */
    void sync(Inode inode) throws IOException {
        if (isReadOnly()) {
            return;
        }
        writeLock().lock();
        try {
            logAttributes(inode);
        } finally {
            writeLock().unlock();
        }
        volume.commit();
    }

    /** How much room the log may need. */
    long logBytes() {
        return log == null ? 0 : log.sizeBytes();
    }

    /** Logs what is still in memory, and closes the log. */
    void close() throws IOException {
        if (log == null) {
            return;
        }
        try {
            if (!failed) {
                logAttributes();
                if (endsInSteps) {
                    settle(); // other programs may do anything to the images
                }
            }
        } finally {
            log.close();
        }
    }
}

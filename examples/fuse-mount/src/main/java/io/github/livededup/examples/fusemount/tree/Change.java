package io.github.livededup.examples.fusemount.tree;

import java.util.Arrays;

/** One step of a transaction. A transaction is a list of them, which is applied as a whole or not at all. */
public sealed interface Change {
    /**
     * Makes an inode, or gives it other attributes.
     *
     * @param inode its number
     * @param attributes all its attributes
     */
    record PutInode(long inode, Attributes attributes) implements Change {}

    /**
     * Removes an inode that has no name any more.
     *
     * @param inode its number
     */
    record RemoveInode(long inode) implements Change {}

    /**
     * Gives an inode a name, which is free.
     *
     * @param directory the directory's number
     * @param name the name
     * @param inode the inode's number
     */
    record PutEntry(long directory, String name, long inode) implements Change {}

    /**
     * Takes a name away.
     *
     * @param directory the directory's number
     * @param name the name
     */
    record RemoveEntry(long directory, String name) implements Change {}

    /**
     * Sets an extended attribute.
     *
     * @param inode the inode's number
     * @param name the attribute's name
     * @param value its value; not changed by anybody
     */
    record PutXattr(long inode, String name, byte[] value) implements Change {
        @Override
        public boolean equals(Object other) {
            return other instanceof PutXattr that
                    && inode == that.inode
                    && name.equals(that.name)
                    && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * Long.hashCode(inode) + name.hashCode()) + Arrays.hashCode(value);
        }
    }

    /**
     * Removes an extended attribute.
     *
     * @param inode the inode's number
     * @param name the attribute's name
     */
    record RemoveXattr(long inode, String name) implements Change {}

    /**
     * An image is created once the transaction is in the log; it is done if there is an image of that name.
     *
     * @param image its name
     */
    record CreateImage(String image) implements Change {}

    /**
     * An image is renamed once the transaction is in the log; it is done if there is an image of the new name.
     *
     * @param from its name
     * @param to its new name, which is free
     */
    record RenameImage(String from, String to) implements Change {}

    /** The transaction before this one did not happen: one of its images could not be created or renamed. */
    record Cancel() implements Change {}

    /**
     * The snapshot at the beginning of a log ends.
     *
     * @param nextInode the next number to give away
     */
    record SnapshotEnd(long nextInode) implements Change {}
}

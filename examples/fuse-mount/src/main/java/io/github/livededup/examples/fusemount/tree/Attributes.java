package io.github.livededup.examples.fusemount.tree;

/**
 * What is logged of an inode beside its names and extended attributes.
 *
 * @param kind what it is
 * @param permissions the lower twelve bits of its mode
 * @param uid owner
 * @param gid group
 * @param device of a device file, else 0
 * @param accessNanos time of last reading, nanoseconds since 1970
 * @param modifyNanos time of last change of content
 * @param changeNanos time of last change of the inode
 * @param text a regular file's image, a symbolic link's target, else empty
 */
public record Attributes(
        FileKind kind,
        int permissions,
        int uid,
        int gid,
        long device,
        long accessNanos,
        long modifyNanos,
        long changeNanos,
        String text) {
    /** The bits of a mode that are not its type. */
    public static final int PERMISSIONS_MASK = 07777;

    /**
     * Another mode.
     *
     * @param value the permissions
     * @param nanos now
     * @return the changed attributes
     */
    public Attributes withPermissions(int value, long nanos) {
        return new Attributes(kind, value & PERMISSIONS_MASK, uid, gid, device, accessNanos, modifyNanos, nanos, text);
    }

    /**
     * Another owner.
     *
     * @param newUid the owner
     * @param newGid the group
     * @param nanos now
     * @return the changed attributes
     */
    public Attributes withOwner(int newUid, int newGid, long nanos) {
        return new Attributes(kind, permissions, newUid, newGid, device, accessNanos, modifyNanos, nanos, text);
    }

    /**
     * Other times.
     *
     * @param access of reading
     * @param modify of content
     * @param change of the inode
     * @return the changed attributes
     */
    public Attributes withTimes(long access, long modify, long change) {
        return new Attributes(kind, permissions, uid, gid, device, access, modify, change, text);
    }

    /**
     * Content has changed.
     *
     * @param nanos now
     * @return the changed attributes
     */
    public Attributes modified(long nanos) {
        return withTimes(accessNanos, nanos, nanos);
    }

    /**
     * The inode has changed.
     *
     * @param nanos now
     * @return the changed attributes
     */
    public Attributes changed(long nanos) {
        return withTimes(accessNanos, modifyNanos, nanos);
    }

    /**
     * Another image.
     *
     * @param image its name
     * @return the changed attributes
     */
    public Attributes withImage(String image) {
        return new Attributes(kind, permissions, uid, gid, device, accessNanos, modifyNanos, changeNanos, image);
    }
}

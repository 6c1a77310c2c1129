package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.Volume;
import io.github.livededup.examples.fusemount.tree.FileKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/** Short forms of calls, and a file system's names as text. */
final class TestFiles {
    static final RootOwner OWNER = new RootOwner(1, 2, 0755, 0644);

    private TestFiles() {}

    static LiveFileSystem open(Volume volume) throws IOException {
        return new LiveFileSystem(volume, OWNER, false);
    }

    static void put(LiveFileSystem files, String path, String content) throws IOException {
        long handle = files.create(path, 0640, 3, 4);
        files.write(handle, bytes(content), 0);
        files.release(handle);
    }

    static ByteBuffer bytes(String content) {
        return ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
    }

    static String get(LiveFileSystem files, String path) throws IOException {
        long handle = files.open(path, false);
        try {
            return get(files, handle);
        } finally {
            files.release(handle);
        }
    }

    static String get(LiveFileSystem files, long handle) throws IOException {
        ByteBuffer into = ByteBuffer.allocate((int) files.status(handle).sizeBytes());
        files.read(handle, into, 0);
        return new String(into.array(), StandardCharsets.UTF_8);
    }

    static void makeDirectory(LiveFileSystem files, String path) throws IOException {
        files.make(path, FileKind.DIRECTORY.typeBits() | 0750, 0, 3, 4);
    }

    /** Paths with kind, mode, links and extended attributes. */
    static String names(LiveFileSystem files) throws IOException {
        TreeMap<String, String> all = new TreeMap<>();
        collect(files, "/", all, new HashSet<>());
        return all.toString();
    }

    /** The numbers of regular files. */
    static Set<Long> regularInodes(LiveFileSystem files) throws IOException {
        Set<Long> inodes = new HashSet<>();
        collect(files, "/", new TreeMap<>(), inodes);
        return inodes;
    }

    private static void collect(LiveFileSystem files, String path, TreeMap<String, String> into, Set<Long> regular)
            throws IOException {
        FileStatus status = files.status(path);
        into.put(
                path,
                status.attributes().kind() + " "
                        + Integer.toOctalString(status.attributes().permissions()) + " " + status.linkCount() + " "
                        + files.xattrs().list(path));
        if (status.attributes().kind() != FileKind.DIRECTORY) {
            if (status.attributes().kind() == FileKind.REGULAR) {
                regular.add(status.inode());
            }
            return;
        }
        long handle = files.openDirectory(path);
        for (Entry entry : files.list(handle)) {
            if (!entry.name().equals(".") && !entry.name().equals("..")) {
                collect(files, (path.equals("/") ? "" : path) + "/" + entry.name(), into, regular);
            }
        }
        files.releaseDirectory(handle);
    }
}

package io.github.livededup.examples.fusemount.log;

import io.github.livededup.examples.fusemount.tree.Attributes;
import io.github.livededup.examples.fusemount.tree.Change;
import io.github.livededup.examples.fusemount.tree.Change.Cancel;
import io.github.livededup.examples.fusemount.tree.Change.CreateImage;
import io.github.livededup.examples.fusemount.tree.Change.PutEntry;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.Change.PutXattr;
import io.github.livededup.examples.fusemount.tree.Change.RemoveEntry;
import io.github.livededup.examples.fusemount.tree.Change.RemoveInode;
import io.github.livededup.examples.fusemount.tree.Change.RemoveXattr;
import io.github.livededup.examples.fusemount.tree.Change.RenameImage;
import io.github.livededup.examples.fusemount.tree.Change.SnapshotEnd;
import io.github.livededup.examples.fusemount.tree.FileKind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A change as bytes: a code, then its fields; texts and values with their length in front. */
final class ChangeCodec {
    private static final int PUT_INODE = 1;
    private static final int REMOVE_INODE = 2;
    private static final int PUT_ENTRY = 3;
    private static final int REMOVE_ENTRY = 4;
    private static final int PUT_XATTR = 5;
    private static final int REMOVE_XATTR = 6;
    private static final int CREATE_IMAGE = 7;
    private static final int RENAME_IMAGE = 8;
    private static final int CANCEL = 9;
    private static final int SNAPSHOT_END = 10;

    private ChangeCodec() {}

    static void write(DataOutputStream out, Change change) throws IOException {
        if (change instanceof PutInode put) {
            head(out, PUT_INODE, put.inode());
            writeAttributes(out, put.attributes());
        } else if (change instanceof RemoveInode removal) {
            head(out, REMOVE_INODE, removal.inode());
        } else if (change instanceof PutEntry put) {
            head(out, PUT_ENTRY, put.directory());
            writeText(out, put.name());
            out.writeLong(put.inode());
        } else if (change instanceof RemoveEntry removal) {
            head(out, REMOVE_ENTRY, removal.directory());
            writeText(out, removal.name());
        } else if (change instanceof PutXattr put) {
            head(out, PUT_XATTR, put.inode());
            writeText(out, put.name());
            writeBytes(out, put.value());
        } else if (change instanceof RemoveXattr removal) {
            head(out, REMOVE_XATTR, removal.inode());
            writeText(out, removal.name());
        } else if (change instanceof CreateImage creation) {
            out.writeByte(CREATE_IMAGE);
            writeText(out, creation.image());
        } else if (change instanceof RenameImage renaming) {
            out.writeByte(RENAME_IMAGE);
            writeText(out, renaming.from());
            writeText(out, renaming.to());
        } else if (change instanceof Cancel) {
            out.writeByte(CANCEL);
        } else if (change instanceof SnapshotEnd end) {
            head(out, SNAPSHOT_END, end.nextInode());
        }
    }

    private static void head(DataOutputStream out, int code, long number) throws IOException {
        out.writeByte(code);
        out.writeLong(number);
    }

    static Change read(DataInputStream in) throws IOException {
        int code = in.readUnsignedByte();
        switch (code) {
            case PUT_INODE:
                return new PutInode(in.readLong(), readAttributes(in));
            case REMOVE_INODE:
                return new RemoveInode(in.readLong());
            case PUT_ENTRY:
                return new PutEntry(in.readLong(), readText(in), in.readLong());
            case REMOVE_ENTRY:
                return new RemoveEntry(in.readLong(), readText(in));
            case PUT_XATTR:
                return new PutXattr(in.readLong(), readText(in), readBytes(in));
            case REMOVE_XATTR:
                return new RemoveXattr(in.readLong(), readText(in));
            case CREATE_IMAGE:
                return new CreateImage(readText(in));
            case RENAME_IMAGE:
                return new RenameImage(readText(in), readText(in));
            case CANCEL:
                return new Cancel();
            case SNAPSHOT_END:
                return new SnapshotEnd(in.readLong());
            default:
                throw new TreeDamagedException("change: actual=" + code + " expected=1..10");
        }
    }

    private static void writeAttributes(DataOutputStream out, Attributes attributes) throws IOException {
        out.writeShort(attributes.kind().typeBits() | attributes.permissions());
        out.writeInt(attributes.uid());
        out.writeInt(attributes.gid());
        out.writeLong(attributes.device());
        out.writeLong(attributes.accessNanos());
        out.writeLong(attributes.modifyNanos());
        out.writeLong(attributes.changeNanos());
        writeText(out, attributes.text());
    }

    private static Attributes readAttributes(DataInputStream in) throws IOException {
        int mode = in.readUnsignedShort();
        return new Attributes(
                kindOf(mode),
                mode & Attributes.PERMISSIONS_MASK,
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                readText(in));
    }

    private static FileKind kindOf(int mode) throws TreeDamagedException {
        try {
            return FileKind.ofMode(mode);
        } catch (IllegalArgumentException e) {
            throw new TreeDamagedException("mode: " + e.getMessage());
        }
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new TreeDamagedException("length: actual=" + length + " expected=0.." + in.available());
        }
        return in.readNBytes(length);
    }
}

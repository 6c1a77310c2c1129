package io.github.livededup.engine.crashkit.model;

import io.github.livededup.BaseMismatchException;
import io.github.livededup.CorruptionException;
import io.github.livededup.DeltaOptions;
import io.github.livededup.DeltaResult;
import io.github.livededup.Extent;
import io.github.livededup.ImportResult;
import io.github.livededup.LiveDedupException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.SourceException;
import io.github.livededup.TransferOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/** The model's deltas: a length, what changed, and a digest, in a format of its own. */
final class ModelDelta {
    private static final int HOLE = 0;
    private static final int SENT = 1;
    private static final int KNOWN = 2;
    private static final int DIGEST_BYTES = 32;

    private final ModelVolume volume;
    private final ModelContent content;

    ModelDelta(ModelVolume volume, ModelContent content) {
        this.volume = volume;
        this.content = content;
    }

    DeltaResult send(
            @Nullable ModelImageData base, ModelImageData image, WritableByteChannel channel, DeltaOptions options)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        ModelImageData from = base == null ? new ModelImageData(content, "", 0) : base;
        out.writeBoolean(base != null);
        out.writeInt(content.blockSizeBytes);
        out.writeLong(from.sizeBytes);
        out.writeLong(image.sizeBytes);
        out.write(digest(from));
        long[] counts = new long[3];
        Map<ModelBlock, Boolean> sent = new HashMap<>();
        for (Extent extent : ModelDiff.extents(from, image, 0, Long.MAX_VALUE)) {
            for (long at = extent.positionBytes(); at < extent.endBytes(); at += content.blockSizeBytes) {
                checkCancelled(image.name, options.cancellation().isCancelled());
                long index = at / content.blockSizeBytes;
                ModelBlock block = image.blocks.get(index);
                out.writeLong(index);
                int kind = HOLE;
                if (block != null) {
                    byte[] fingerprint = content.fingerprint(block.content);
                    boolean known = sent.put(block, true) != null
                            || options.known()
                                    .contains(ByteBuffer.wrap(fingerprint).asReadOnlyBuffer());
                    kind = known ? KNOWN : SENT;
                    out.writeByte(kind);
                    out.write(known ? fingerprint : block.content);
                } else {
                    out.writeByte(kind);
                }
                counts[kind]++;
            }
        }
        byte[] payload = bytes.toByteArray();
        ByteBuffer stream = ByteBuffer.allocate(Integer.BYTES + payload.length + DIGEST_BYTES);
        stream.putInt(payload.length).put(payload).put(sha256(payload)).flip();
        while (stream.hasRemaining()) {
            channel.write(stream);
        }
        options.listener()
                .onProgress(new Progress(
                        "export delta",
                        image.name,
                        image.sizeBytes,
                        image.sizeBytes,
                        counts[SENT],
                        counts[KNOWN],
                        counts[HOLE],
                        Duration.ZERO));
        return new DeltaResult(
                image.name,
                counts[SENT] + counts[KNOWN],
                counts[SENT],
                counts[KNOWN],
                counts[HOLE],
                stream.capacity(),
                Duration.ZERO);
    }

    ImportResult receive(
            @Nullable ModelImageData base, String name, ReadableByteChannel channel, TransferOptions options)
            throws IOException {
        int length = read(channel, Integer.BYTES, name, options).getInt();
        if (length < 0 || length > 1 << 28) {
            throw new CorruptionException(name, "length: actual=" + length + " expected=one");
        }
        byte[] payload = read(channel, length, name, options).array();
        if (!Arrays.equals(
                sha256(payload), read(channel, DIGEST_BYTES, name, options).array())) {
            throw new CorruptionException(name, "digest: actual=another expected=the stream's");
        }
        synchronized (content) {
            ModelImageData image = new ModelImageData(content, name, 0);
            try {
                ImportResult result = apply(base, image, new DataInputStream(new ByteArrayInputStream(payload)));
                content.images.put(name, image);
                options.listener()
                        .onProgress(new Progress(
                                "import delta",
                                name,
                                image.sizeBytes,
                                image.sizeBytes,
                                result.newBlocks(),
                                result.duplicateBlocks(),
                                0,
                                Duration.ZERO));
                return result;
            } catch (IOException | RuntimeException e) {
                image.clear(0, Long.MAX_VALUE);
                throw e;
            }
        }
    }

    private ImportResult apply(@Nullable ModelImageData base, ModelImageData image, DataInputStream in)
            throws IOException {
        match(image.name, "base", in.readBoolean(), base != null);
        match(image.name, "block size", in.readInt(), content.blockSizeBytes);
        ModelImageData from = base == null ? new ModelImageData(content, "", 0) : base;
        match(image.name, "base size", in.readLong(), from.sizeBytes);
        image.sizeBytes = from.sizeBytes;
        for (Entry<Long, ModelBlock> block : from.blocks.entrySet()) {
            image.setBlock(block.getKey(), block.getValue().content);
        }
        image.resize(in.readLong());
        match(
                image.name,
                "base content",
                HexFormat.of().formatHex(in.readNBytes(DIGEST_BYTES)),
                HexFormat.of().formatHex(digest(from)));
        long added = 0;
        long data = 0;
        while (in.available() > 0) {
            long block = in.readLong();
            int kind = in.readByte();
            byte[] bytes = new byte[content.blockSizeBytes];
            if (kind == SENT) {
                in.readFully(bytes);
            } else if (kind == KNOWN) {
                bytes = known(image.name, in.readNBytes(DIGEST_BYTES));
            }
            data += kind == HOLE ? 0 : 1;
            added += kind == HOLE || content.holds(bytes) ? 0 : 1;
            image.setBlock(block, bytes);
        }
        return new ImportResult(
                image.name,
                image.sizeBytes,
                data,
                added,
                data - added,
                0,
                added * content.blockSizeBytes,
                Duration.ZERO);
    }

    private byte[] known(String name, byte[] fingerprint) throws BaseMismatchException {
        for (ModelBlock block : content.blocksByAddress.values()) {
            if (Arrays.equals(content.fingerprint(block.content), fingerprint)) {
                return block.content;
            }
        }
        throw new BaseMismatchException(name, "known block: actual=none expected=one");
    }

    private static void match(String name, String what, Object ofStream, Object own) throws BaseMismatchException {
        if (!ofStream.equals(own)) {
            throw new BaseMismatchException(name, what + ": actual=" + own + " expected=" + ofStream);
        }
    }

    private ByteBuffer read(ReadableByteChannel channel, int length, String name, TransferOptions options)
            throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        while (into.hasRemaining()) {
            checkCancelled(name, options.cancellation().isCancelled());
            int count;
            try {
                count = channel.read(into);
            } catch (LiveDedupException e) {
                throw e;
            } catch (IOException e) {
                throw new SourceException(name, "cannot be read", e);
            }
            if (count < 0) {
                throw new CorruptionException(name, "stream: actual=cut short expected=whole");
            }
        }
        volume.checkWritable();
        return into.flip();
    }

    private static void checkCancelled(String name, boolean cancelled) throws OperationCancelledException {
        if (Thread.currentThread().isInterrupted() || cancelled) {
            throw new OperationCancelledException(name, Thread.currentThread().isInterrupted());
        }
    }

    /** A digest of what an image holds, to its end only: a last block that is zero up to there is none. */
    private static byte[] digest(ModelImageData image) {
        MessageDigest digest = newDigest();
        long blockSize = image.content.blockSizeBytes;
        for (long block : image.blocks.keySet()) {
            int visible = (int) Math.min(blockSize, image.sizeBytes - block * blockSize);
            byte[] bytes = image.block(block);
            if (!Arrays.equals(bytes, 0, visible, new byte[visible], 0, visible)) {
                digest.update(ByteBuffer.allocate(Long.BYTES).putLong(block).flip());
                digest.update(bytes, 0, visible);
            }
        }
        return digest.digest();
    }

    private static byte[] sha256(byte[] bytes) {
        return newDigest().digest(bytes);
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

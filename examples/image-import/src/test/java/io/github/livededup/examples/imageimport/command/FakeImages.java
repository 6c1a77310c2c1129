package io.github.livededup.examples.imageimport.command;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.DeltaOptions;
import io.github.livededup.DeltaResult;
import io.github.livededup.ExportResult;
import io.github.livededup.Extent;
import io.github.livededup.Fragmentation;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStatistics;
import io.github.livededup.ImageStore;
import io.github.livededup.ImportResult;
import io.github.livededup.NotFoundException;
import io.github.livededup.Progress;
import io.github.livededup.TransferOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Images as byte arrays; an import or export of a name fails if the test says so. */
final class FakeImages implements ImageStore {
    final Map<String, byte[]> contents = new TreeMap<>();
    private final Map<String, IOException> failures;
    private final int blockSizeBytes;

    FakeImages(int blockSizeBytes, Map<String, IOException> failures) {
        this.blockSizeBytes = blockSizeBytes;
        this.failures = failures;
    }

    long logicalBytes() {
        return contents.values().stream().mapToLong(bytes -> bytes.length).sum();
    }

    long nonZeroBlocks() {
        return contents.values().stream()
                .mapToLong(bytes -> blocks(bytes).size())
                .sum();
    }

    long uniqueBlocks() {
        Set<ByteBuffer> unique = new HashSet<>();
        contents.values().forEach(bytes -> unique.addAll(blocks(bytes)));
        return unique.size();
    }

    private List<ByteBuffer> blocks(byte[] bytes) {
        List<ByteBuffer> blocks = new ArrayList<>();
        for (int start = 0; start < bytes.length; start += blockSizeBytes) {
            ByteBuffer block = ByteBuffer.allocate(blockSizeBytes);
            block.put(bytes, start, Math.min(blockSizeBytes, bytes.length - start))
                    .clear();
            if (!block.equals(ByteBuffer.allocate(blockSizeBytes))) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    @Override
    public synchronized ImportResult importFile(Path file, String name, TransferOptions options) throws IOException {
        return add(name, Files.readAllBytes(file), options);
    }

    @Override
    public synchronized ImportResult importChannel(ReadableByteChannel channel, String name, TransferOptions options)
            throws IOException {
        return add(name, Channels.newInputStream(channel).readAllBytes(), options);
    }

    private ImportResult add(String name, byte[] bytes, TransferOptions options) throws IOException {
        failIfAsked(name);
        if (contents.containsKey(name)) {
            throw new AlreadyExistsException(name, "there is an image of that name");
        }
        long uniqueBefore = uniqueBlocks();
        contents.put(name, bytes);
        long nonZero = blocks(bytes).size();
        long added = uniqueBlocks() - uniqueBefore;
        Duration elapsed = Duration.ofMillis(20);
        options.listener()
                .onProgress(
                        new Progress("import", name, bytes.length, bytes.length, added, nonZero - added, 0, elapsed));
        return new ImportResult(
                name, bytes.length, nonZero, added, nonZero - added, 0, added * blockSizeBytes / 2, elapsed);
    }

    @Override
    public ExportResult exportFile(String name, Path file, TransferOptions options) throws IOException {
        if (Files.exists(file) && !options.replaceExisting()) {
            throw new AlreadyExistsException(file.toString(), "exists");
        }
        Files.write(file, content(name));
        return new ExportResult(name, content(name).length, content(name).length, Duration.ofMillis(5));
    }

    @Override
    public ExportResult exportChannel(String name, WritableByteChannel channel, TransferOptions options)
            throws IOException {
        channel.write(ByteBuffer.wrap(content(name)));
        return new ExportResult(name, content(name).length, content(name).length, Duration.ofMillis(5));
    }

    @Override
    public List<ImageInfo> list() throws IOException {
        List<ImageInfo> list = new ArrayList<>();
        for (String name : contents.keySet()) {
            list.add(info(name));
        }
        return list;
    }

    @Override
    public ImageInfo info(String name) throws IOException {
        byte[] bytes = content(name);
        Instant created = Instant.parse("2026-11-22T10:11:12.345Z");
        return new ImageInfo(name, bytes.length, blocks(bytes).size(), created, created, false, Optional.empty());
    }

    @Override
    public long delete(String name) throws IOException {
        long length = content(name).length;
        contents.remove(name);
        return length;
    }

    @Override
    public ImageStatistics statistics(String name) throws IOException {
        long mapped = (long) blocks(content(name)).size() * blockSizeBytes;
        return new ImageStatistics(content(name).length, mapped, 1, 2, 3, 4, 5);
    }

    private byte[] content(String name) throws IOException {
        failIfAsked(name);
        byte[] bytes = contents.get(name);
        if (bytes == null) {
            throw new NotFoundException(name, "no such image");
        }
        return bytes;
    }

    private void failIfAsked(String name) throws IOException {
        if (failures.containsKey(name)) {
            throw failures.get(name);
        }
    }

    @Override
    public Image create(String name, long sizeBytes) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public Image open(String name) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public Image openReadOnly(String name) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public void rename(String name, String newName) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public ImageInfo snapshot(String name, String snapshotName) {
        throw new AssertionError("not used: snapshot");
    }

    @Override
    public ImageInfo clone(String name, String cloneName) {
        throw new AssertionError("not used: clone");
    }

    @Override
    public long exclusiveBytes(String name) {
        throw new AssertionError("not used: exclusiveBytes");
    }

    @Override
    public List<Extent> diff(String base, String name, long positionBytes, long lengthBytes) {
        throw new AssertionError("not used: diff");
    }

    @Override
    public DeltaResult exportDelta(
            @Nullable String base, String name, WritableByteChannel channel, DeltaOptions options) {
        throw new AssertionError("not used: exportDelta");
    }

    @Override
    public ImportResult importDelta(
            @Nullable String base, String name, ReadableByteChannel channel, TransferOptions options) {
        throw new AssertionError("not used: importDelta");
    }

    @Override
    public Fragmentation fragmentation(String name) {
        throw new AssertionError("not used: fragmentation");
    }
}

package io.github.livededup.examples.imageimport.command;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.BaseMismatchException;
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
import io.github.livededup.RewritePolicy;
import io.github.livededup.TransferOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
    final Map<String, String> origins = new HashMap<>();
    final Set<String> snapshots = new HashSet<>();

    @Nullable
    TransferOptions importedWith;

    int flushes;
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

    boolean holds(ByteBuffer block) {
        return contents.values().stream().anyMatch(bytes -> blocks(bytes).contains(block));
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
        refuseTaken(name);
        importedWith = options;
        long uniqueBefore = uniqueBlocks();
        contents.put(name, bytes);
        long nonZero = blocks(bytes).size();
        long added = uniqueBlocks() - uniqueBefore;
        Duration elapsed = Duration.ofMillis(20);
        options.listener()
                .onProgress(
                        new Progress("import", name, bytes.length, bytes.length, added, nonZero - added, 0, elapsed));
        long rewritten = options.rewrite().kind() == RewritePolicy.Kind.NEVER ? 0 : 1;
        return new ImportResult(
                name, bytes.length, nonZero, added, nonZero - added, rewritten, added * blockSizeBytes / 2, elapsed);
    }

    private void refuseTaken(String name) throws IOException {
        if (contents.containsKey(name)) {
            throw new AlreadyExistsException(name, "there is an image of that name");
        }
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
        return new ImageInfo(
                name,
                bytes.length,
                blocks(bytes).size(),
                created,
                created,
                snapshots.contains(name),
                Optional.ofNullable(origins.get(name)));
    }

    @Override
    public long replace(String name, String newName) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public void setModified(String name, Instant modified) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public long delete(String name) throws IOException {
        long length = content(name).length;
        contents.remove(name);
        snapshots.remove(name);
        return length;
    }

    @Override
    public ImageStatistics statistics(String name) throws IOException {
        long mapped = (long) blocks(content(name)).size() * blockSizeBytes;
        return new ImageStatistics(content(name).length, mapped, 1, 2, 3, 4, 5);
    }

    byte[] content(String name) throws IOException {
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
    public Image open(String name) throws IOException {
        content(name);
        return new FakeImage(this, name);
    }

    @Override
    public Image openReadOnly(String name) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public void rename(String name, String newName) throws IOException {
        copy(name, newName);
        contents.remove(name);
        if (snapshots.remove(name)) {
            snapshots.add(newName);
        }
    }

    @Override
    public ImageInfo snapshot(String name, String snapshotName) throws IOException {
        copy(name, snapshotName);
        snapshots.add(snapshotName);
        origins.put(snapshotName, name);
        return info(snapshotName);
    }

    @Override
    public ImageInfo clone(String name, String cloneName) throws IOException {
        copy(name, cloneName);
        origins.put(cloneName, name);
        return info(cloneName);
    }

    private void copy(String name, String newName) throws IOException {
        byte[] content = content(name);
        refuseTaken(newName);
        contents.put(newName, content.clone());
    }

    @Override
    public long exclusiveBytes(String name) throws IOException {
        return content(name).length;
    }

    /** Blocks that differ, joined where they are neighbours of one kind. */
    @Override
    public List<Extent> diff(String base, String name, long positionBytes, long lengthBytes) throws IOException {
        byte[] before = content(base);
        byte[] after = content(name);
        List<Extent> extents = new ArrayList<>();
        for (int start = 0; start < after.length; start += blockSizeBytes) {
            int end = Math.min(after.length, start + blockSizeBytes);
            byte[] block = Arrays.copyOfRange(after, start, end);
            if (!Arrays.equals(
                    block, Arrays.copyOfRange(before, Math.min(start, before.length), Math.max(start, end)))) {
                append(extents, new Extent(start, end - start, !blocks(block).isEmpty()));
            }
        }
        return extents;
    }

    private static void append(List<Extent> extents, Extent next) {
        Extent last = extents.isEmpty() ? null : extents.get(extents.size() - 1);
        if (last != null && last.endBytes() == next.positionBytes() && last.isData() == next.isData()) {
            long length = last.lengthBytes() + next.lengthBytes();
            extents.set(extents.size() - 1, new Extent(last.positionBytes(), length, last.isData()));
        } else {
            extents.add(next);
        }
    }

    /** The stream is the base's name, a zero byte, and the whole image. */
    @Override
    public DeltaResult exportDelta(
            @Nullable String base, String name, WritableByteChannel channel, DeltaOptions options) throws IOException {
        byte[] content = content(name);
        String header = base == null ? "" : base;
        long known = 0;
        for (ByteBuffer block : blocks(content)) {
            known += options.known().contains(block) ? 1 : 0;
        }
        channel.write(ByteBuffer.wrap((header + '\0').getBytes(StandardCharsets.UTF_8)));
        channel.write(ByteBuffer.wrap(content));
        long changed = blocks(content).size();
        return new DeltaResult(
                name, changed, changed - known, known, 0, content.length + header.length() + 1, Duration.ofMillis(5));
    }

    @Override
    public ImportResult importDelta(
            @Nullable String base, String name, ReadableByteChannel channel, TransferOptions options)
            throws IOException {
        byte[] stream = Channels.newInputStream(channel).readAllBytes();
        String wanted = base == null ? "" : base;
        int end = 0;
        while (stream[end] != 0) {
            end++;
        }
        String header = new String(stream, 0, end, StandardCharsets.UTF_8);
        if (!header.equals(wanted)) {
            throw new BaseMismatchException(name, "base: actual=" + wanted + " expected=" + header);
        }
        if (base != null) {
            content(base);
        }
        return add(name, Arrays.copyOfRange(stream, end + 1, stream.length), options);
    }

    /** Every second block begins a new extent. */
    @Override
    public Fragmentation fragmentation(String name) throws IOException {
        long blocks = blocks(content(name)).size();
        return new Fragmentation(blocks * blockSizeBytes, blocks, (blocks + 1) / 2);
    }
}

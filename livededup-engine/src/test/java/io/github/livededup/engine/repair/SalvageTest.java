package io.github.livededup.engine.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CancellationToken;
import io.github.livededup.CorruptionException;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.LiveDedup;
import io.github.livededup.NotFoundException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.SalvageOptions;
import io.github.livededup.SalvageReport;
import io.github.livededup.SalvageReport.LostRange;
import io.github.livededup.SalvageReport.SalvagedImage;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeLockedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.EntryPlace;
import io.github.livededup.engine.format.PageLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is damaged: what is salvaged is right, what is lost is listed exactly, the damaged volume is not touched, and it
 * ends.
 */
class SalvageTest extends SalvageCase {
    /** Salvages, and checks all that holds whatever is damaged. */
    private Map<String, SalvagedImage> salvage(SalvageReport[] out) throws IOException {
        TreeMap<String, Integer> before = DamagedFiles.digest(volume);
        SalvageReport report = LiveDedup.salvage(volume, target, SalvageOptions.defaults());
        out[0] = report;
        assertThat(DamagedFiles.digest(volume)).isEqualTo(before);
        Map<String, SalvagedImage> images = new HashMap<>();
        try (Volume fresh = LiveDedup.open(target, VolumeOptions.builder().build())) {
            for (SalvagedImage image : report.images()) {
                images.put(image.name(), image);
                assertRight(fresh, image);
            }
            assertThat(fresh.images().list()).hasSameSizeAs(report.images());
            assertThat(fresh.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                    .isEmpty();
        }
        return images;
    }

    private Map<String, SalvagedImage> salvage() throws IOException {
        return salvage(new SalvageReport[1]);
    }

    private void assertRight(Volume fresh, SalvagedImage image) throws IOException {
        ImageInfo info = fresh.images().info(image.newName());
        assertThat(info.isSnapshot()).isEqualTo(image.snapshot());
        assertThat(info.sizeBytes()).isEqualTo(image.sizeBytes());
        long lost = 0;
        long end = 0;
        for (LostRange range : image.lostRanges()) {
            assertThat(range.offsetBytes()).isGreaterThanOrEqualTo(end);
            assertThat(range.message()).isNotBlank();
            end = range.offsetBytes() + range.lengthBytes();
            lost += range.lengthBytes();
        }
        assertThat(end).isLessThanOrEqualTo(image.sizeBytes());
        assertThat(lost).isEqualTo(image.lostBytes());
        assertThat(image.lostRangeCount()).isEqualTo(image.lostRanges().size());
        if (image.name().equals("sparse")) {
            assertThat(image.sizeBytes()).isEqualTo(1L << 40);
            return;
        }
        byte[] expected = contents.get(image.name()).clone();
        for (LostRange range : image.lostRanges()) {
            Arrays.fill(
                    expected, (int) range.offsetBytes(), (int) (range.offsetBytes() + range.lengthBytes()), (byte) 0);
        }
        try (Image opened = fresh.images().openReadOnly(image.newName())) {
            assertThat(TestData.readAll(opened)).as(image.name()).isEqualTo(expected);
        }
    }

    private void assertAllThere(Map<String, SalvagedImage> images) {
        List<String> names = new ArrayList<>(contents.keySet());
        names.add("sparse");
        assertThat(images.keySet()).containsExactlyInAnyOrderElementsOf(names);
    }

    private void assertNothingLost(Map<String, SalvagedImage> images) {
        assertAllThere(images);
        assertThat(images.values()).allMatch(image -> image.lostBytes() == 0);
    }

    @Test
    void aSoundVolumeIsCopiedWholly() throws IOException {
        use(closed);
        SalvageReport[] report = new SalvageReport[1];
        assertNothingLost(salvage(report));
        assertThat(report[0].isComplete()).isTrue();
        assertThat(report[0].problems()).isEmpty();
        assertThat(report[0].usedOtherSuperblock()).isFalse();
    }

    @Test
    void whatOnlyTheJournalKnowsIsCopied() throws IOException {
        use(crashed);
        SalvageReport[] report = new SalvageReport[1];
        assertNothingLost(salvage(report));
        assertThat(report[0].isComplete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "crashed"})
    void exactlyTheDamagedBlocksAreLost(String which) throws IOException {
        use(which.equals("closed") ? closed : crashed);
        // Blocks of one or several images, the last one of one, neighbours.
        List<Integer> seeds = List.of(1, 2, 650, 651, 1_200, 5_000, 30_007, 40_010, 42_003);
        for (int seed : seeds) {
            // That of seed 5000 is the odd end of an image.
            byte[] block = TestData.block(BLOCK, seed);
            byte[] stored = seed == 5_000 ? Arrays.copyOf(Arrays.copyOf(block, 77), BLOCK) : block;
            DamagedFiles.flip(file("blocks.dat"), DamagedFiles.find(file("blocks.dat"), stored));
        }
        Map<String, List<LostRange>> expected = expectedLost(seeds);
        Map<String, SalvagedImage> images = salvage();
        assertAllThere(images);
        for (Map.Entry<String, List<LostRange>> each : expected.entrySet()) {
            assertThat(images.get(each.getKey()).lostRanges())
                    .as(each.getKey())
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("message")
                    .isEqualTo(each.getValue());
        }
    }

    private Map<String, List<LostRange>> expectedLost(List<Integer> seeds) {
        Map<String, List<LostRange>> expected = new HashMap<>();
        for (Map.Entry<String, byte[]> image : contents.entrySet()) {
            LostRanges lost = new LostRanges(1_000);
            byte[] bytes = image.getValue();
            for (int at = 0; at < bytes.length; at += BLOCK) {
                int length = Math.min(BLOCK, bytes.length - at);
                for (int seed : seeds) {
                    byte[] block = TestData.block(BLOCK, seed);
                    if (Arrays.equals(bytes, at, at + length, block, 0, length)) {
                        lost.add(at, length, SalvageReport.Cause.BLOCK, "");
                    }
                }
            }
            expected.put(image.getKey(), lost.finish());
        }
        return expected;
    }

    @Test
    void belowALostPageOfAMapAllIsLostThatTheJournalDoesNotKnow() throws IOException {
        use(crashed);
        // The page of the first 508 blocks of "a", which the journal changed in five places; "a-then" has it too.
        Path metadata = file("metadata.dat");
        DamagedFiles.flip(metadata, mapLeafOf(metadata, 0, 1_200));
        Map<String, SalvagedImage> images = salvage();
        assertAllThere(images);
        assertThat(images.get("a").lostRanges())
                .extracting(LostRange::offsetBytes, LostRange::lengthBytes, LostRange::cause)
                .containsExactly(
                        tuple(0L, 10L * BLOCK, SalvageReport.Cause.MAP),
                        tuple(15L * BLOCK, (508L - 15) * BLOCK, SalvageReport.Cause.MAP));
        assertThat(images.get("a-then").lostRanges())
                .extracting(LostRange::offsetBytes, LostRange::lengthBytes)
                .containsExactly(tuple(0L, 508L * BLOCK));
        assertThat(images.get("b").lostBytes()).isZero();
    }

    /** A leaf of the map of the image whose blocks were stored first, by the addresses that it holds. */
    private static long mapLeafOf(Path metadata, int leaf, int blocks) throws IOException {
        for (long at : DamagedFiles.pages(metadata, PageLayout.KIND_IMAGE_MAP, 0)) {
            byte[] page = DamagedFiles.read(metadata, at, PageLayout.PAGE_BYTES);
            int firstGroupAndSlot = (int) Bytes.longAt(page, PageLayout.HEADER_BYTES);
            if (firstGroupAndSlot == (1 << 24) + leaf * 508) {
                return at;
            }
        }
        throw new AssertionError("no leaf of " + blocks);
    }

    @Test
    void withoutTheGroupDirectoryEveryBlockIsLostAndTold() throws IOException {
        use(closed);
        for (long at : DamagedFiles.pages(file("metadata.dat"), PageLayout.KIND_GROUPS, 0)) {
            DamagedFiles.flip(file("metadata.dat"), at + 100);
        }
        SalvageReport[] report = new SalvageReport[1];
        Map<String, SalvagedImage> images = salvage(report);
        assertAllThere(images);
        assertThat(report[0].problemCount()).isPositive();
        assertThat(images.get("b").lostRanges()).singleElement().satisfies(range -> {
            assertThat(range.lengthBytes()).isEqualTo(800L * BLOCK);
            assertThat(range.cause()).isEqualTo(SalvageReport.Cause.GROUP);
        });
    }

    @Test
    void aDamagedHeaderOfAGroupLosesNothing() throws IOException {
        use(closed);
        DamagedFiles.flip(file("blocks.dat"), 3);
        assertNothingLost(salvage());
    }

    @Test
    void aGroupWithoutHeaderAndFooterIsNotBelieved() throws IOException {
        use(closed);
        DamagedFiles.flip(file("blocks.dat"), 3);
        DamagedFiles.flip(
                file("blocks.dat"),
                DamagedFiles.find(file("blocks.dat"), "LDGROUPF".getBytes(StandardCharsets.US_ASCII)));
        Map<String, SalvagedImage> images = salvage();
        assertThat(images.get("a").lostRanges())
                .isNotEmpty()
                .allMatch(range -> range.cause() == SalvageReport.Cause.GROUP);
    }

    @Test
    void aBlockWhoseChecksumsAreRightButNotItsFingerprintIsNotCopied() throws IOException {
        use(closed);
        Path file = file("blocks.dat");
        long at = DamagedFiles.find(file, TestData.block(BLOCK, 40_010));
        DamagedFiles.flip(file, at + 8);
        byte[] all = Files.readAllBytes(file);
        ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        int fingerprint = 32;
        int entry = EntryPlace.entryOf(bytes, (int) at, fingerprint, 1 << 20);
        long address = EntryPlace.addressAt(bytes, entry, fingerprint, 1 << 20);
        bytes.putInt(entry + fingerprint + 8, Checksums.crc32c(all, (int) at, BLOCK));
        EntryPlace.mend(address, bytes, entry, fingerprint);
        Files.write(file, all);
        Map<String, SalvagedImage> images = salvage();
        assertThat(images.get("late-then").lostRanges()).singleElement().satisfies(range -> {
            assertThat(range.offsetBytes()).isEqualTo(10L * BLOCK);
            assertThat(range.message()).contains("fingerprint: actual=");
        });
    }

    @Test
    void twoGroupsThatChangedPlacesAreNotBelieved() throws IOException {
        use(closed);
        byte[] first = DamagedFiles.read(file("blocks.dat"), 0, 1 << 20);
        byte[] second = DamagedFiles.read(file("blocks.dat"), 1 << 20, 1 << 20);
        DamagedFiles.write(file("blocks.dat"), 0, second);
        DamagedFiles.write(file("blocks.dat"), 1 << 20, first);
        Map<String, SalvagedImage> images = salvage();
        assertThat(images.get("a").lostBytes()).isGreaterThan(1 << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCK", "index", "superblock slot 0", "superblock slot 1", "journal of a closed volume"})
    void withoutWhatCanBeDoneWithoutNothingIsLost(String what) throws IOException {
        use(closed);
        switch (what) {
            case "superblock slot 0" -> DamagedFiles.write(file("superblock"), 0, new byte[4096]);
            case "superblock slot 1" -> DamagedFiles.write(file("superblock"), 65536, new byte[4096]);
            case "journal of a closed volume" -> FileTree.delete(file("journal"));
            default -> FileTree.delete(file(what));
        }
        Map<String, SalvagedImage> images = salvage();
        if (what.startsWith("superblock")) {
            assertThat(images).isNotEmpty(); // one of the slots is the older one, whose pages may be gone
        } else {
            assertNothingLost(images);
        }
    }

    @Test
    void withoutTheJournalWhatTheCheckpointHasIsCopied() throws IOException {
        use(crashed);
        FileTree.delete(file("journal"));
        // The contents are those of the checkpoint now: compare only what the journal did not change.
        SalvageReport report = LiveDedup.salvage(volume, target, SalvageOptions.defaults());
        assertThat(report.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("changes since the checkpoint are lost"));
        assertThat(report.images())
                .extracting(SalvagedImage::name)
                .contains("a", "b", "odd", "a-then", "b2")
                .doesNotContain("late", "strange");
        try (Volume fresh = LiveDedup.open(target, VolumeOptions.builder().build());
                Image image = fresh.images().openReadOnly("a-then")) {
            assertThat(TestData.readAll(image)).isEqualTo(contents.get("a-then"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"superblock", "metadata.dat", "blocks.dat"})
    void withoutAFileNothingCanBeRead(String name) throws IOException {
        use(closed);
        Files.delete(file(name));
        assertThatThrownBy(() -> LiveDedup.salvage(volume, target, SalvageOptions.defaults()))
                .isInstanceOf(name.equals("superblock") ? NotFoundException.class : CorruptionException.class);
        assertThat(target).doesNotExist();
    }

    @Test
    void pagesThatPointInCirclesEndTheWalk() throws IOException {
        use(closed);
        Path metadata = file("metadata.dat");
        for (long at : DamagedFiles.pages(metadata, PageLayout.KIND_IMAGE_MAP, 1)) {
            byte[] page = DamagedFiles.read(metadata, at, PageLayout.PAGE_BYTES);
            long child = Bytes.longAt(page, PageLayout.HEADER_BYTES);
            for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
                Bytes.putLong(page, PageLayout.HEADER_BYTES + slot * Long.BYTES, child);
            }
            PageLayout.seal(page, PageLayout.FAN_OUT);
            DamagedFiles.write(metadata, at, page);
        }
        SalvageReport report = LiveDedup.salvage(volume, target, SalvageOptions.defaults());
        assertThat(report.images()).isNotEmpty();
        try (Volume opened = LiveDedup.open(volume, PLAIN)) {
            VerifyReport found = opened.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS));
            assertThat(found.isClean()).isFalse();
        }
    }

    @Test
    void hugeFiguresInGroupRecordsAreRefused() throws IOException {
        use(closed);
        Path metadata = file("metadata.dat");
        for (long at : DamagedFiles.pages(metadata, PageLayout.KIND_GROUPS, 0)) {
            byte[] page = DamagedFiles.read(metadata, at, PageLayout.PAGE_BYTES);
            for (int record = 1; record <= 3; record++) {
                int from = PageLayout.HEADER_BYTES + record * 96;
                Bytes.putInt(page, from + 8, -1); // slots
                Bytes.putLong(page, from + 24, Long.MAX_VALUE); // where the table starts
            }
            PageLayout.seal(page, PageLayout.used(page));
            DamagedFiles.write(metadata, at, page);
        }
        Map<String, SalvagedImage> images = salvage();
        assertThat(images.get("a").lostRanges())
                .isNotEmpty()
                .allMatch(range -> range.cause() == SalvageReport.Cause.GROUP);
    }

    @Test
    void whatCannotBeDoneIsRefused() throws IOException {
        use(closed);
        Files.createDirectory(target);
        Files.writeString(target.resolve("file"), "not empty");
        assertThatThrownBy(() -> LiveDedup.salvage(volume, target, SalvageOptions.defaults()))
                .isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> LiveDedup.salvage(volume, volume.resolve("new"), SalvageOptions.defaults()))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> LiveDedup.salvage(target.resolve("x"), target.resolve("y"), SalvageOptions.defaults()))
                .isInstanceOf(NotFoundException.class);
        try (Volume open = LiveDedup.open(volume, PLAIN)) {
            assertThat(open.isOpen()).isTrue();
            assertThatThrownBy(() -> LiveDedup.salvage(volume, target.resolve("y"), SalvageOptions.defaults()))
                    .isInstanceOf(VolumeLockedException.class);
        }
    }

    @Test
    void cancellingKeepsTheImagesThatAreWhole() throws IOException {
        use(closed);
        CancellationToken token = new CancellationToken();
        SalvageOptions options = SalvageOptions.defaults()
                .withCancellation(token)
                .withListener(progress -> {
                    if (progress.bytesDone() > 1_300L * BLOCK) {
                        token.cancel();
                    }
                });
        assertThatThrownBy(() -> LiveDedup.salvage(volume, target, options))
                .isInstanceOf(OperationCancelledException.class);
        try (Volume fresh = LiveDedup.open(target, VolumeOptions.builder().build())) {
            List<String> names =
                    fresh.images().list().stream().map(ImageInfo::name).toList();
            assertThat(names).contains("a").allMatch(contents::containsKey);
            for (String name : names) {
                try (Image image = fresh.images().openReadOnly(name)) {
                    assertThat(TestData.readAll(image)).isEqualTo(contents.get(name));
                }
            }
        }
    }

    @Test
    void damagedImagesCanBeLeftOut() throws IOException {
        use(closed);
        DamagedFiles.flip(file("blocks.dat"), DamagedFiles.find(file("blocks.dat"), TestData.block(BLOCK, 40_010)));
        SalvageReport report =
                LiveDedup.salvage(volume, target, SalvageOptions.defaults().withKeepDamaged(false));
        assertThat(report.isComplete()).isFalse();
        assertThat(report.images())
                .filteredOn(image -> !image.kept())
                .extracting(SalvagedImage::name)
                .containsExactlyInAnyOrder("late", "late-then", "late-then-2");
        try (Volume fresh = LiveDedup.open(target, VolumeOptions.builder().build())) {
            assertThat(fresh.images().list())
                    .extracting(ImageInfo::name)
                    .doesNotContain("late", "late-then", "late-then-2")
                    .contains("a");
        }
    }
}

package io.github.livededup.engine.badinput;

import static io.github.livededup.engine.badinput.Damage.delete;
import static io.github.livededup.engine.badinput.Damage.exchange;
import static io.github.livededup.engine.badinput.Damage.garble;
import static io.github.livededup.engine.badinput.Damage.truncate;
import static io.github.livededup.engine.badinput.Damage.turnAround;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.badinput.Specimen.Outcome;
import io.github.livededup.engine.contract.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One damaged file per damage, and what must come of it. */
@TestInstance(Lifecycle.PER_CLASS)
class DamagedVolumeTest {
    private static final List<Outcome> REFUSED = List.of(Outcome.REFUSED);
    private static final List<Outcome> INTACT = List.of(Outcome.INTACT);
    private static final List<Outcome> TOLD = List.of(Outcome.REFUSED, Outcome.REPORTED);
    private static final List<Outcome> NOTHING_LOST = List.of(Outcome.REFUSED, Outcome.REPORTED, Outcome.INTACT);

    private Specimen specimen;

    @BeforeAll
    void makeSpecimen(@TempDir Path folder) throws IOException {
        specimen = new Specimen(folder);
    }

    static Stream<Arguments> ofClosed() {
        return Stream.of(
                damage("nothing at all", (volume, foreign) -> {}, INTACT),
                damage("the lock file is gone", delete("LOCK"), REFUSED),
                damage("the lock file is garbage", garble("LOCK"), INTACT),
                damage("a file that is not ours", Damage.add("README.txt"), INTACT),
                damage("no superblock", delete("superblock"), REFUSED),
                damage("an empty superblock", truncate("superblock", 0), REFUSED),
                damage("a stump of a superblock", truncate("superblock", 100), REFUSED),
                damage("a superblock of garbage", garble("superblock"), REFUSED),
                damage("the superblock of another volume", exchange("superblock"), TOLD),
                damage("the first slot is garbage", garble("superblock", 0, 4096), NOTHING_LOST),
                damage("the second slot is garbage", garble("superblock", 65536, 4096), NOTHING_LOST),
                damage("no metadata", delete("metadata.dat"), REFUSED),
                damage("empty metadata", truncate("metadata.dat", 0), REFUSED),
                damage("half of the metadata", truncate("metadata.dat", -2), NOTHING_LOST),
                damage("metadata of garbage", garble("metadata.dat"), REFUSED),
                damage("the metadata of another volume", exchange("metadata.dat"), TOLD),
                damage("no blocks", delete("blocks.dat"), REFUSED),
                damage("empty blocks", truncate("blocks.dat", 0), TOLD),
                damage("half of the blocks", truncate("blocks.dat", -2), TOLD),
                damage("blocks of garbage", garble("blocks.dat"), TOLD),
                damage("the blocks of another volume", exchange("blocks.dat"), TOLD));
    }

    static Stream<Arguments> ofJournal() {
        return Stream.of(
                damage("no journal", delete("journal"), NOTHING_LOST),
                damage("no first segment", delete("journal/000000.log"), NOTHING_LOST),
                damage("no second segment", delete("journal/000001.log"), NOTHING_LOST),
                damage("an empty segment", truncate("journal/000000.log", 0), NOTHING_LOST),
                damage("half a segment", truncate("journal/000000.log", -2), NOTHING_LOST),
                damage("the journal of another volume", exchange("journal"), NOTHING_LOST));
    }

    static Stream<Arguments> ofIndex() {
        return Stream.of(
                damage("no index", delete("index"), INTACT),
                damage("an empty index folder", Damage.empty("index"), INTACT),
                damage("an index of garbage", Damage.garbleAllIn("index"), INTACT),
                damage("an index of empty files", Damage.truncateAllIn("index", 0), INTACT),
                damage("an index of stumps", Damage.truncateAllIn("index", 1000), INTACT),
                damage("an index of folders", Damage.turnAroundAllIn("index"), INTACT),
                damage("the index of another volume", exchange("index"), INTACT),
                damage("files in the index that are not ours", Damage.add("index/notes.txt"), INTACT),
                damage("a file for an index", turnAround("index"), NOTHING_LOST));
    }

    static Stream<Arguments> ofKinds() {
        return Stream.of("superblock", "metadata.dat", "blocks.dat", "journal", "journal/000000.log", "LOCK")
                .map(file -> damage("of the wrong kind: " + file, turnAround(file), REFUSED));
    }

    private static Arguments damage(String name, Damage damage, List<Outcome> allowed) {
        return Arguments.of(name, damage, allowed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"ofClosed", "ofJournal", "ofIndex", "ofKinds"})
    void aClosedVolume(String name, Damage damage, List<Outcome> allowed, @TempDir Path folder) throws IOException {
        Path copy = folder.resolve("volume");
        FileTree.copy(specimen.closed, copy);
        damage.to(copy, specimen.foreign);
        assertThat(specimen.examine(copy)).as(name).isIn(allowed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"ofClosed", "ofJournal", "ofIndex"})
    void aVolumeAfterACrash(String name, Damage damage, List<Outcome> allowed, @TempDir Path folder)
            throws IOException {
        Path copy = folder.resolve("volume");
        FileTree.copy(specimen.crashed, copy);
        damage.to(copy, specimen.foreign);
        assertThat(specimen.examine(copy)).as(name).isIn(allowed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofIndex")
    void duplicatesAreFoundWithoutAnIndex(String name, Damage damage, List<Outcome> allowed, @TempDir Path folder)
            throws IOException {
        Path copy = folder.resolve("volume");
        FileTree.copy(specimen.closed, copy);
        damage.to(copy, specimen.foreign);
        // Before it is examined: whoever opens a volume mends its index.
        if (allowed.equals(INTACT)) {
            specimen.assertDuplicatesAreFound(copy);
        }
        assertThat(specimen.examine(copy)).as(name).isIn(allowed);
    }
}

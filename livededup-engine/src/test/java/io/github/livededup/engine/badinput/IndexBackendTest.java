package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.IndexBackend;
import io.github.livededup.IndexBackendUnavailableException;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeLockedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.util.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Other JVMs: without the flags of Chronicle Map, without {@code Unsafe}, and beside an open volume. */
class IndexBackendTest extends EngineCase {
    private static final int FIRST_THAT_CAN_REFUSE = 23;

    private void fill() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "a", TestData.distinctBlocks(BLOCK, 1, 600));
        }
    }

    @Test
    void aJvmWithoutFlagsUsesTheBuiltInIndex() throws Exception {
        fill();
        String output = ChildJvm.run(Child.class, directory.toString(), "AUTO");
        assertThat(output).contains("BUILT_IN new=0 clean=true").contains("exit=0");
        try (Volume volume = open()) {
            assertThat(names(volume)).containsExactly("a", "child");
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(600);
        }
    }

    @Test
    void askingForChronicleMapSaysWhichFlagsAreMissing() throws Exception {
        fill();
        String output = ChildJvm.run(Child.class, directory.toString(), "CHRONICLE_MAP");
        assertThat(output)
                .contains(IndexBackendUnavailableException.class.getSimpleName())
                .contains("--add-opens=java.base/java.lang=ALL-UNNAMED")
                .contains("exit=0");
        String creation = ChildJvm.run(Child.class, temporary.resolve("new").toString(), "CHRONICLE_MAP");
        assertThat(creation).contains(IndexBackendUnavailableException.class.getSimpleName());
        assertThat(temporary.resolve("new")).doesNotExist();
        try (Volume volume = open()) {
            assertUsable(volume);
        }
    }

    @Test
    void aSecondProcessIsRefused() throws Exception {
        try (Volume volume = create()) {
            String output = ChildJvm.run(Child.class, directory.toString(), "BUILT_IN");
            assertThat(output)
                    .contains(VolumeLockedException.class.getSimpleName())
                    .contains("exit=0");
            assertUsable(volume);
        }
        assertThat(ChildJvm.run(Child.class, directory.toString(), "BUILT_IN")).contains("BUILT_IN new=600");
    }

    /** It warns of it by default, and a later one will refuse it. */
    @Test
    void aJvmThatRefusesUnsafeMemoryAccessLeavesBuffersToTheCollector() throws Exception {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(FIRST_THAT_CAN_REFUSE);
        fill();
        String output = ChildJvm.run(Child.class, "--sun-misc-unsafe-memory-access=deny", directory.toString(), "AUTO");
        assertThat(output).contains("BUILT_IN new=0 clean=true").contains("exit=0");
    }

    /** Imports what the test stored, and says what became of it. */
    static final class Child {
        public static void main(String[] arguments) throws IOException {
            VolumeOptions options = OPTIONS.toBuilder()
                    .indexBackend(IndexBackend.valueOf(arguments[1]))
                    .build();
            try (Volume volume = LiveDedup.openOrCreate(Path.of(arguments[0]), options)) {
                long before = volume.statistics().uniqueBlocks();
                createImage(volume, "child", TestData.distinctBlocks(BLOCK, 1, 600));
                assertClean(volume);
                System.out.println(volume.statistics().index().backend() + " new="
                        + (volume.statistics().uniqueBlocks() - before) + " clean=true");
            } catch (IOException e) {
                System.out.println(e);
            }
        }
    }
}

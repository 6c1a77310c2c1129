package io.github.livededup.examples.serving.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.TypeConversionException;

/** What the shared options take, and what they make of it. */
class OptionsTest {
    @Command(name = "program")
    static final class Options {
        @Mixin
        final VolumeSettings volume = new VolumeSettings();

        @Mixin
        final MetricsOptions metrics = new MetricsOptions();
    }

    private static Options parsed(String... args) {
        Options options = new Options();
        new CommandLine(options).parseArgs(args);
        return options;
    }

    @Test
    void sizesAreReadInPowersOf1024() {
        assertThat(SizeConverter.parse("4096")).isEqualTo(4096);
        assertThat(SizeConverter.parse("64k")).isEqualTo(65_536);
        assertThat(SizeConverter.parse("10G")).isEqualTo(10L << 30);
        for (String wrong : List.of("", "-1", "1.5G", "4X", "999999999999T")) {
            assertThatThrownBy(() -> SizeConverter.parse(wrong)).isInstanceOf(TypeConversionException.class);
        }
    }

    @Test
    void whatIsNotGivenIsTheLibrarysDefault() {
        VolumeOptions options = parsed().volume.toOptions(false);
        VolumeOptions defaults = VolumeOptions.defaults();
        assertThat(options.memoryBudgetBytes()).isEqualTo(defaults.memoryBudgetBytes());
        assertThat(options.maxPhysicalBytes()).isEqualTo(defaults.maxPhysicalBytes());
        assertThat(options.backgroundCompaction()).isEqualTo(defaults.backgroundCompaction());
        assertThat(options.isReadOnly()).isFalse();
    }

    @Test
    void whatIsGivenReachesTheVolume() {
        VolumeOptions options = parsed("--memory", "64M", "--max-size", "3G", "--compaction-rate", "1M")
                .volume
                .toOptions(true);
        assertThat(options.memoryBudgetBytes()).isEqualTo(64L << 20);
        assertThat(options.maxPhysicalBytes()).hasValue(3L << 30);
        assertThat(options.backgroundCompaction())
                .isEqualTo(new BackgroundCompaction(
                        true, BackgroundCompaction.defaults().minDeadShare(), 1L << 20));
        assertThat(options.isReadOnly()).isTrue();
        assertThat(parsed("--no-compaction").volume.toOptions(false).backgroundCompaction())
                .isEqualTo(BackgroundCompaction.OFF);
    }

    @Test
    void metricsAreKeptWhereTheyAreWanted(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("metrics.json");
        parsed().metrics.start(Map::of).close();
        assertThat(directory).isEmptyDirectory();
        parsed("--metrics", file.toString())
                .metrics
                .start(() -> Map.of("a", 1L))
                .close();
        assertThat(Files.readString(file)).contains("\"a\" : 1");
        assertThatThrownBy(() -> parsed("--metrics-interval", "0").metrics.check())
                .isInstanceOf(UsageException.class)
                .hasMessage("--metrics-interval: actual=0 expected=1 or more");
    }
}

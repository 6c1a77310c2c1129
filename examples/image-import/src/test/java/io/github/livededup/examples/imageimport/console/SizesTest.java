package io.github.livededup.examples.imageimport.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "4096B, 4096",
        "4K, 4096",
        "4k, 4096",
        "4 KiB, 4096",
        "4kB, 4000",
        "128M, 134217728",
        "1.5G, 1610612736",
        "1.5GB, 1500000000",
        "2T, 2199023255552"
    })
    void reads(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "-4K", "4X", "4KK", "1.2.3", "0.5", "9999999999G", "four"})
    void refuses(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sizes.parse(text))
                .withMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.00 kB",
        "12345, 12.3 kB",
        "99960, 100 kB",
        "999499, 999 kB",
        "999500, 1.00 MB",
        "1234567890, 1.23 GB",
        "9223372036854775807, 9223 PB"
    })
    void writesDecimal(long bytes, String text) {
        assertThat(Sizes.format(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "4096, 4 KiB", "134217728, 128 MiB", "5000, 5000 B"})
    void writesBinary(long bytes, String text) {
        assertThat(Sizes.binary(bytes)).isEqualTo(text);
    }

    @Test
    void writesRatesTimesAndShares() {
        assertThat(Sizes.megabytesPerSecond(500_000_000, Duration.ofSeconds(2))).isEqualTo("250");
        assertThat(Sizes.megabytesPerSecond(1, Duration.ZERO)).isEqualTo("-");
        assertThat(Sizes.time(Duration.ofMillis(840))).isEqualTo("0.84 s");
        assertThat(Sizes.time(Duration.ofMillis(12_340))).isEqualTo("12.3 s");
        assertThat(Sizes.time(Duration.ofSeconds(185))).isEqualTo("3:05");
        assertThat(Sizes.time(Duration.ofSeconds(7384))).isEqualTo("2:03:04");
        assertThat(Sizes.percent(0.714)).isEqualTo("71 %");
        assertThat(Sizes.percent(0.0714)).isEqualTo("7.1 %");
        assertThat(Sizes.percent(0)).isEqualTo("0 %");
        assertThat(Sizes.saving(100, 29)).isEqualTo(0.71);
        assertThat(Sizes.saving(0, 0)).isZero();
    }
}

package io.github.livededup.examples.imageimport.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.livededup.CorruptionException;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.Progress;
import io.github.livededup.VolumeFailedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tables, JSON, failures and progress lines. */
class ConsoleTest {
    @Test
    void tablesAlignTheirColumns() {
        Table table = new Table("name", "size").add("a", "1 MB").rule().add("größer", "12 MB");
        assertThat(table.lines())
                .containsExactly("name     size", "-------------", "a        1 MB", "-------------", "größer  12 MB");
        assertThat(table.isEmpty()).isFalse();
        assertThat(new Table("name").isEmpty()).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> table.add("only one"));
    }

    @Test
    void jsonIsEscapedAndKeepsOrder() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", "a \"quoted\"\nline ü");
        map.put("long", 1L << 40);
        map.put("share", 0.5);
        map.put("list", Arrays.asList(1, null, true));
        map.put("other", Duration.ofSeconds(1));
        assertThat(Json.write(map))
                .isEqualTo("{\"text\":\"a \\\"quoted\\\"\\nline ü\",\"long\":1099511627776,\"share\":0.5,"
                        + "\"list\":[1,null,true],\"other\":\"PT1S\"}");
    }

    @Test
    void failuresAreClassified() {
        assertThat(Failure.of(new CorruptionException("page 1", "crc")).exitCode())
                .isEqualTo(3);
        IOException wrapped = new VolumeFailedException("v", "failed", new CorruptionException("page 1", "crc"));
        assertThat(Failure.of(wrapped).exitCode()).isEqualTo(3);
        assertThat(Failure.of(new InvalidArgumentException("name", "a/b", "no '/'")))
                .isEqualTo(new Failure(2, "InvalidArgumentException", null, "name: actual=a/b expected=no '/'"));
        assertThat(Failure.of(new UncheckedIOException(new NoSuchFileException("/x"))))
                .isEqualTo(new Failure(1, "NoSuchFileException", "/x", "/x: no such file or directory"));
        assertThat(Failure.of(new IllegalStateException("two\n  lines")).message())
                .isEqualTo("java.lang.IllegalStateException: two lines");
        assertThat(Failure.of(new OutOfMemoryError()).message()).isEqualTo("java.lang.OutOfMemoryError");
    }

    @Test
    void failuresPrintOneLine() {
        Failure failure = new Failure(1, "SourceException", "x.raw", "x.raw: no such file");
        assertThat(printed(failure, false)).isEqualTo("livededup: x.raw: no such file\n");
        assertThat(printed(failure, true))
                .isEqualTo("{\"error\":{\"type\":\"SourceException\",\"resource\":\"x.raw\","
                        + "\"message\":\"x.raw: no such file\"}}\n");
    }

    private static String printed(Failure failure, boolean json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        failure.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), json);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void progressLinesComeEveryFewSecondsWithRateAndTimeLeft() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        long[] now = {0};
        LineView view = new LineView(err, "import", 4_000_000_000L, () -> now[0]);
        try (ProgressDisplay display = new ProgressDisplay(view)) {
            for (int second = 1; second <= 12; second++) {
                now[0] = TimeUnit.SECONDS.toNanos(second);
                display.onProgress(progress("a", second * 100_000_000L));
                display.onProgress(progress("b", second * 100_000_000L));
            }
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "import: 900 MB of 4.00 GB (23 %), 180 MB/s, ETA 17.2 s, 25 % duplicate",
                        "import: 1.90 GB of 4.00 GB (48 %), 190 MB/s, ETA 11.1 s, 25 % duplicate");
    }

    private static Progress progress(String subject, long done) {
        return new Progress("import", subject, done, -1, 3, 1, 0, Duration.ofSeconds(1));
    }

    @Test
    void theTerminalsWidthIsReadOrGuessed() {
        assertThat(Terminal.parseColumns("50 132")).isEqualTo(132);
        assertThat(List.of("", "x y", "0 0"))
                .allSatisfy(size -> assertThat(Terminal.parseColumns(size)).isEqualTo(80));
        assertThat(Terminal.parseColumns("24 10")).isEqualTo(40);
    }
}

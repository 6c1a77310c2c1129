package io.github.livededup.engine.crashkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.livededup.Compression;
import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.NotFoundException;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The kit itself: it shows what a crash may leave and nothing else, says how to repeat a failure, and does repeat it. */
class CrashKitTest {
    private static final int BLOCK = 4096;
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(64 << 20)
            .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
            .compression(Compression.NONE)
            .durability(Durability.EXPLICIT)
            .build();

    private static final List<String> REPLAY =
            List.of("livededup.crash.workload", "livededup.crash.cut", "livededup.crash.state");

    @AfterEach
    void forgetReplay() {
        REPLAY.forEach(System::clearProperty);
    }

    private static void write(Volume volume, String name, int value) throws IOException {
        byte[] bytes = new byte[BLOCK];
        Arrays.fill(bytes, (byte) value);
        try (Image image = volume.images().open(name)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    private static int value(Volume volume, String name) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        try (Image image = volume.images().openReadOnly(name)) {
            image.read(one, 0);
        }
        return one.get(0);
    }

    private static CrashRecording recordThreeValues() throws Exception {
        return CrashKit.with(OPTIONS)
                .named("values")
                .replayedBy("mvn test")
                .prepare(volume -> {
                    volume.images().create("image", BLOCK).close();
                    write(volume, "image", 1);
                })
                .record(volume -> {
                    write(volume, "image", 2);
                    volume.commit();
                    write(volume, "image", 3);
                });
    }

    @Test
    void eachValueIsSeenAndNoOther() throws Exception {
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        CrashRecording recording = recordThreeValues();
        int committed = recording.trace().lastIndexOf("FORCE journal/000000.log 0") + 1;
        CrashSummary summary = recording.exhaustive(6).samples(8).forEachState((volume, state) -> {
            seen.add(value(volume, "image"));
            if (state.cut() == state.changes()) {
                assertThat(value(volume, "image")).isEqualTo(3);
            } else if (state.cut() < committed - 20) {
                assertThat(value(volume, "image")).isLessThan(3);
            }
        });
        assertThat(seen).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(summary.changes()).isEqualTo(recording.changes());
        assertThat(summary.states()).isGreaterThan(summary.distinct());
        assertThat(summary.distinct()).isGreaterThan(100);
        assertThat(summary.toString()).contains("values", summary.distinct() + " distinct");
    }

    @Test
    void aFailureIsRepeatedByWhatItPrints() throws Exception {
        CrashRecording recording = recordThreeValues();
        CrashRecording.Check check = (volume, state) ->
                assertThat(value(volume, "image")).as("value").isNotEqualTo(2);
        Throwable failure = catchThrowable(() -> recording.forEachState(check));
        assertThat(failure).isInstanceOf(AssertionError.class).hasMessageContaining("repeat with: mvn test -D");
        for (String argument : failure.getMessage().split(" ")) {
            if (argument.startsWith("-D")) {
                System.setProperty(argument.substring(2, argument.indexOf('=')), argument.split("=")[1]);
            }
        }
        AtomicInteger examined = new AtomicInteger();
        Throwable again = catchThrowable(() -> recordThreeValues().forEachState((volume, state) -> {
            examined.incrementAndGet();
            check.check(volume, state);
        }));
        assertThat(again).isInstanceOf(AssertionError.class).hasMessage(failure.getMessage());
        assertThat(examined).hasValue(1);
        System.setProperty("livededup.crash.workload", "another");
        assertThat(recordThreeValues().forEachState(check).states()).isZero();
    }

    @Test
    void aStateThatTheModelDoesNotAllowFails() throws Exception {
        CrashRecording recording = recordThreeValues();
        // A disk that acknowledges what it does not force.
        CrashRecording lying = CrashKit.with(OPTIONS)
                .named("lying disk")
                .between(disk -> {
                    FaultyDirectory faulty = new FaultyDirectory(disk);
                    faulty.on(FileOperation.FORCE)
                            .ofAny(name -> name.startsWith("journal/"))
                            .then(Fault.lost());
                    return faulty;
                })
                .record(volume -> {
                    volume.images().create("image", BLOCK).close();
                    volume.commit();
                });
        assertThat(recording.exhaustive(2).samples(3).verify().distinct()).isPositive();
        assertThatThrownBy(lying::verify).isInstanceOf(AssertionError.class).hasMessageContaining("no state from");
    }

    @Test
    void whatAWorkloadThrowsIsThrownOn() {
        CrashKit kit = CrashKit.with(OPTIONS);
        assertThatThrownBy(() -> kit.record(volume -> volume.images().delete("absent")))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> kit.record(volume -> {
                    throw new IllegalStateException("mine");
                }))
                .hasMessage("mine");
    }

    @Test
    void aDiskThatFailsEndsTheRecording() throws Exception {
        CrashRecording recording = CrashKit.with(OPTIONS)
                .onDisk(disk -> disk.on(FileOperation.FORCE).of("blocks.dat").then(Fault.error()))
                .record(volume -> {
                    volume.blocks().put(ByteBuffer.wrap(fill(7)));
                    volume.commit();
                });
        assertThat(recording.failure().orElseThrow()).hasMessageContaining("injected");
        assertThat(recording.exhaustive(4).samples(6).verify().distinct()).isPositive();
    }

    private static byte[] fill(int value) {
        byte[] bytes = new byte[BLOCK];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}

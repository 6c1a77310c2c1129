package io.github.livededup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeOptionsTest {
    private final VolumeOptions.Builder builder = VolumeOptions.builder();

    @Test
    void defaultsLeaveTheFormatOpen() {
        VolumeOptions options = VolumeOptions.defaults();
        assertThat(options.blockSizeBytes()).isEmpty();
        assertThat(options.groupSizeBytes()).isEmpty();
        assertThat(options.fingerprint()).isEmpty();
        assertThat(options.maxPhysicalBytes()).isEmpty();
        assertThat(options.memoryBudgetBytes()).isEqualTo(256L << 20);
        assertThat(options.compression()).isEqualTo(Compression.LZ4_FAST);
        assertThat(options.durability()).isEqualTo(Durability.INTERVAL);
        assertThat(options.commitInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.verifyDuplicates()).isFalse();
        assertThat(options.isReadOnly()).isFalse();
        assertThat(options.indexBackend()).isEqualTo(IndexBackend.AUTO);
        assertThat(options.workerThreads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void keepsWhatIsSet() {
        VolumeOptions options = builder.blockSizeBytes(16 << 10)
                .groupSizeBytes(64 << 20)
                .fingerprint(FingerprintAlgorithm.BLAKE3)
                .maxPhysicalBytes(1L << 40)
                .memoryBudgetBytes(1L << 30)
                .compression(Compression.LZ4_HC)
                .durability(Durability.EVERY_CALL)
                .commitInterval(Duration.ofMillis(20))
                .verifyDuplicates(true)
                .readOnly(true)
                .indexBackend(IndexBackend.BUILT_IN)
                .workerThreads(3)
                .build();
        assertAllSet(options);
        assertAllSet(options.toBuilder().build());
    }

    @Test
    void tellsWhatIsSet() {
        assertThat(VolumeOptions.defaults().toBuilder().workerThreads(2).build())
                .hasToString("VolumeOptions[blockSizeBytes=default, groupSizeBytes=default, fingerprint=default,"
                        + " maxPhysicalBytes=unlimited, memoryBudgetBytes=268435456, compression=LZ4_FAST,"
                        + " durability=INTERVAL, commitInterval=PT5S, verifyDuplicates=false, readOnly=false,"
                        + " indexBackend=AUTO, workerThreads=2, writeBufferBytes=8388608, backgroundCompaction="
                        + BackgroundCompaction.defaults() + ", lowSpaceBytes=0]");
        assertThat(builder.blockSizeBytes(8192)
                        .groupSizeBytes(1 << 20)
                        .fingerprint(FingerprintAlgorithm.BLAKE3)
                        .maxPhysicalBytes(16L << 20)
                        .build()
                        .toString())
                .startsWith("VolumeOptions[blockSizeBytes=8192, groupSizeBytes=1048576, fingerprint=BLAKE3,"
                        + " maxPhysicalBytes=16777216, ");
    }

    private static void assertAllSet(VolumeOptions options) {
        assertThat(options.blockSizeBytes()).hasValue(16 << 10);
        assertThat(options.groupSizeBytes()).hasValue(64 << 20);
        assertThat(options.fingerprint()).contains(FingerprintAlgorithm.BLAKE3);
        assertThat(options.maxPhysicalBytes()).hasValue(1L << 40);
        assertThat(options.memoryBudgetBytes()).isEqualTo(1L << 30);
        assertThat(options.compression()).isEqualTo(Compression.LZ4_HC);
        assertThat(options.durability()).isEqualTo(Durability.EVERY_CALL);
        assertThat(options.commitInterval()).isEqualTo(Duration.ofMillis(20));
        assertThat(options.verifyDuplicates()).isTrue();
        assertThat(options.isReadOnly()).isTrue();
        assertThat(options.indexBackend()).isEqualTo(IndexBackend.BUILT_IN);
        assertThat(options.workerThreads()).isEqualTo(3);
    }

    @Test
    void builtOptionsDoNotChange() {
        VolumeOptions first = builder.workerThreads(1).build();
        VolumeOptions second = builder.workerThreads(2).build();
        VolumeOptions third = second.toBuilder().workerThreads(3).build();
        assertThat(first.workerThreads()).isEqualTo(1);
        assertThat(second.workerThreads()).isEqualTo(2);
        assertThat(third.workerThreads()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 8192, 16384, 32768, 65536})
    void takesBlockSizes(int bytes) {
        assertThat(builder.blockSizeBytes(bytes).build().blockSizeBytes()).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -4096, 0, 1, 512, 2048, 4095, 4097, 12288, 131072, Integer.MAX_VALUE})
    void refusesOtherBlockSizes(int bytes) {
        assertThatThrownBy(() -> builder.blockSizeBytes(bytes))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("blockSizeBytes: actual=" + bytes + " expected=a power of two from 4096 to 65536");
        assertThat(builder.build().blockSizeBytes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 2 << 20, 128 << 20, 1 << 30})
    void takesGroupSizes(int bytes) {
        assertThat(builder.groupSizeBytes(bytes).build().groupSizeBytes()).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1 << 19, (1 << 20) + 1, 3 << 20, Integer.MAX_VALUE})
    void refusesOtherGroupSizes(int bytes) {
        assertThatThrownBy(() -> builder.groupSizeBytes(bytes))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessage("groupSizeBytes: actual=" + bytes + " expected=a power of two from 1048576 to 1073741824");
    }

    @Test
    void refusesLimitsThatAreTooSmall() {
        assertRefused(() -> builder.maxPhysicalBytes((16L << 20) - 1), "maxPhysicalBytes: actual=16777215");
        assertRefused(() -> builder.maxPhysicalBytes(-1), "maxPhysicalBytes: actual=-1");
        assertRefused(() -> builder.memoryBudgetBytes((32L << 20) - 1), "memoryBudgetBytes: actual=33554431");
        assertThat(builder.maxPhysicalBytes(16L << 20).build().maxPhysicalBytes())
                .hasValue(16L << 20);
        assertThat(builder.memoryBudgetBytes(32L << 20).build().memoryBudgetBytes())
                .isEqualTo(VolumeOptions.MIN_MEMORY_BUDGET_BYTES);
    }

    @Test
    void refusesIntervalsOutsideTheirRange() {
        assertRefused(() -> builder.commitInterval(Duration.ZERO), "commitInterval: actual=PT0S");
        assertRefused(() -> builder.commitInterval(Duration.ofNanos(999_999)), "commitInterval: actual=");
        assertRefused(() -> builder.commitInterval(Duration.ofSeconds(-1)), "commitInterval: actual=PT-1S");
        assertRefused(() -> builder.commitInterval(Duration.ofHours(1).plusNanos(1)), "commitInterval: actual=");
        assertThat(builder.commitInterval(Duration.ofMillis(1)).build().commitInterval())
                .isEqualTo(Duration.ofMillis(1));
        assertThat(builder.commitInterval(Duration.ofHours(1)).build().commitInterval())
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void refusesNumbersOfThreadsOutsideTheirRange() {
        assertRefused(() -> builder.workerThreads(0), "workerThreads: actual=0 expected=1..256");
        assertRefused(() -> builder.workerThreads(-1), "workerThreads: actual=-1");
        assertRefused(() -> builder.workerThreads(257), "workerThreads: actual=257");
        assertThat(builder.workerThreads(256).build().workerThreads()).isEqualTo(256);
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void refusesNull() {
        assertThatThrownBy(() -> builder.fingerprint(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.compression(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.durability(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.indexBackend(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.commitInterval(null)).isInstanceOf(NullPointerException.class);
    }
}

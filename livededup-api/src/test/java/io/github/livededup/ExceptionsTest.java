package io.github.livededup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class ExceptionsTest {
    private final Throwable cause = new IOException("the cause");

    @Test
    void nameTheResourceAndKeepTheCause() {
        List<LiveDedupException> all = List.of(
                new AlreadyExistsException("r", "m", cause),
                new CorruptionException("r", "m", cause),
                new IndexBackendUnavailableException("r", "m", cause),
                new NotFoundException("r", "m", cause),
                new ReadOnlyException("r", "m", cause),
                new RepairRefusedException("r", "m", cause),
                new SettingMismatchException("r", "m", cause),
                new SourceException("r", "m", cause),
                new VolumeClosedException("r", "m", cause),
                new VolumeFailedException("r", "m", cause),
                new VolumeFullException("r", "m", cause),
                new VolumeLockedException("r", "m", cause));
        for (LiveDedupException exception : all) {
            assertThat(exception)
                    .isInstanceOf(IOException.class)
                    .hasMessage("r: m")
                    .hasCause(cause);
            assertThat(exception.resource()).isEqualTo("r");
        }
        assertThat(all).extracting(Object::getClass).doesNotHaveDuplicates();
    }

    @Test
    void needNoCause() {
        List<BiFunction<String, String, LiveDedupException>> all = List.of(
                AlreadyExistsException::new,
                CorruptionException::new,
                IndexBackendUnavailableException::new,
                NotFoundException::new,
                ReadOnlyException::new,
                SettingMismatchException::new,
                SourceException::new,
                VolumeClosedException::new,
                VolumeFailedException::new,
                VolumeFullException::new,
                VolumeLockedException::new);
        for (BiFunction<String, String, LiveDedupException> constructor : all) {
            LiveDedupException exception = constructor.apply("r", "m");
            assertThat(exception).hasMessage("r: m").hasNoCause();
            assertThat(exception.resource()).isEqualTo("r");
        }
    }

    @Test
    void invalidArgumentsSayWhatWasExpected() {
        assertThat(new InvalidArgumentException("block length", 17, 4096))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("block length: actual=17 expected=4096");
    }

    @Test
    void unsupportedFormatsSayWhichLibraryIsNeeded() {
        UnsupportedFormatException newer = new UnsupportedFormatException("superblock", 5, 1, 3);
        assertThat(newer).hasMessage("superblock: format too new: actual=5 expected=1..3");
        assertThat(newer.actualVersion()).isEqualTo(5);
        assertThat(newer.isTooNew()).isTrue();
        UnsupportedFormatException older = new UnsupportedFormatException("superblock", 1, 2, 3);
        assertThat(older).hasMessage("superblock: format too old: actual=1 expected=2..3");
        assertThat(older.isTooNew()).isFalse();
    }

    @Test
    void cancellationSaysWhoCancelled() {
        OperationCancelledException interrupted = new OperationCancelledException("debian", true);
        OperationCancelledException cancelled = new OperationCancelledException("debian", false);
        assertThat(interrupted.resource()).isEqualTo("debian");
        assertThat(interrupted).hasMessage("debian: interrupted");
        assertThat(interrupted.isInterrupted()).isTrue();
        assertThat(cancelled).hasMessage("debian: cancelled");
        assertThat(cancelled.isInterrupted()).isFalse();
    }
}

package io.github.livededup.engine.crashkit;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.crashkit.model.CallerReferences;
import io.github.livededup.engine.crashkit.model.MirroredVolume;
import io.github.livededup.engine.crashkit.model.ModelContent;
import io.github.livededup.engine.crashkit.model.VolumeHistory;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Proves code on top of a volume against crashes. What the code does is recorded, file change by file change, on a volume
 * in memory; then every state that a killed process or a power cut could have left is made, opened, verified, compared with
 * a model of the volume, and shown to a check of the caller's:
 *
 * <pre>{@code
 * CrashSummary summary = CrashKit.with(options)
 *         .named("transfer")
 *         .prepare(volume -> accounts.create(volume))
 *         .record(volume -> accounts.transfer(volume, 1, 2, 100))
 *         .forEachState((volume, state) -> assertEquals(SUM, accounts.sum(volume)));
 * }</pre>
 *
 * <p>The code must change the volume through the {@link Volume} it is given, and is to do the same in every run, or a
 * failure cannot be repeated. Compaction in the background is switched off, and one worker thread is used.
 */
public final class CrashKit {
    /** What is done with a volume; the kit opens it before and closes it afterwards. */
    @FunctionalInterface
    public interface Workload {
        /**
         * Does it.
         *
         * @param volume the open volume
         * @throws Exception ends the recording, and is thrown on by {@link #record}
         */
        void run(Volume volume) throws Exception;
    }

    private final VolumeOptions options;
    private final List<Workload> preparations = new ArrayList<>();
    private String name = "workload";
    private String command = "run the test with";
    private UnaryOperator<VolumeDirectory> disk = directory -> directory;
    private UnaryOperator<VolumeDirectory> above = directory -> directory;
    private boolean mayFail;

    private CrashKit(VolumeOptions options) {
        this.options = options.toBuilder()
                .backgroundCompaction(BackgroundCompaction.OFF)
                .workerThreads(1)
                .build();
    }

    /**
     * Starts from an empty volume.
     *
     * @param options how it is created and opened; small groups make it fast
     * @return a kit to go on with
     */
    public static CrashKit with(VolumeOptions options) {
        return new CrashKit(options);
    }

    /**
     * Names the workload.
     *
     * @param workload the name, shown in summaries and failures and used to repeat one state
     * @return this
     */
    public CrashKit named(String workload) {
        name = workload;
        return this;
    }

    /**
     * Says how the test is run.
     *
     * @param commandLine what a failure prints before the properties that repeat it
     * @return this
     */
    public CrashKit replayedBy(String commandLine) {
        command = commandLine;
        return this;
    }

    /**
     * Does something before the recording; it is durable whole.
     *
     * @param workload what
     * @return this
     */
    public CrashKit prepare(Workload workload) {
        preparations.add(workload);
        return this;
    }

    /**
     * Records on a disk that fails. An {@link IOException} then ends a session and is no failure of {@link #record}.
     *
     * @param faults gets the disk below the recorder, and gives it rules
     * @return this
     */
    public CrashKit onDisk(Consumer<FaultyDirectory> faults) {
        mayFail = true;
        disk = directory -> {
            FaultyDirectory faulty = new FaultyDirectory(directory);
            faults.accept(faulty);
            return faulty;
        };
        return this;
    }

    /**
     * Puts something between the volume and the recorder: what it swallows was never done, whatever the volume believes.
     *
     * @param between makes a directory that passes on to the one given
     * @return this
     */
    public CrashKit between(UnaryOperator<VolumeDirectory> between) {
        above = between;
        return this;
    }

    /**
     * Records sessions: for each, the volume is opened, used and closed. Opening and closing are cut as well.
     *
     * @param sessions what is done in each
     * @return the recording, from which all crash states can be made
     * @throws Exception what a session threw
     */
    public CrashRecording record(Workload... sessions) throws Exception {
        MemoryDirectory files = new MemoryDirectory();
        ModelContent content = new ModelContent(options);
        int blockSize = content.blockSizeBytes;
        MemoryProvider.create(files, options).close();
        VolumeHistory history = new VolumeHistory(blockSize);
        CallerReferences references = new CallerReferences();
        for (Workload preparation : preparations) {
            run(files, content, references, history, preparation);
        }
        RecordedDirectory recorded = new RecordedDirectory(files, disk);
        VolumeHistory recordedHistory = new VolumeHistory(blockSize, recorded::changes);
        recordedHistory.add(content, references.counts(), VolumeHistory.Effect.COMMITTED, null);
        IOException failure = null;
        for (Workload session : sessions) {
            try {
                run(above.apply(recorded), content, references, recordedHistory, session);
            } catch (IOException e) {
                if (!mayFail) {
                    throw e;
                }
                failure = e;
                break;
            }
        }
        return new CrashRecording(
                new CrashRecording.Origin(name, command, options), recorded, recordedHistory, failure);
    }

    private void run(
            VolumeDirectory directory,
            ModelContent content,
            CallerReferences references,
            VolumeHistory history,
            Workload workload)
            throws Exception {
        Volume real = MemoryProvider.open(directory, options);
        @Nullable Throwable failure = null;
        try (MirroredVolume volume = new MirroredVolume(real, content, references, history, options)) {
            try {
                workload.run(volume);
            } catch (Exception e) {
                failure = e;
                throw e;
            }
        } catch (IOException e) {
            if (failure != null && failure != e) {
                e.addSuppressed(failure);
            }
            throw e;
        }
    }
}

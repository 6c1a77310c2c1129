package io.github.livededup.examples.imageimport.command;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.ImageStore;
import io.github.livededup.ImportResult;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.SourceException;
import io.github.livededup.TransferOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Imports several images at the same time. A source that cannot be read or whose name is taken leaves the others alone;
 * any other failure, such as a full disk, keeps what has not begun from beginning.
 */
final class ImportJob {
    /** What became of a source: either a result or a failure. */
    record Outcome(
            ImportSource source,
            @Nullable ImportResult result,
            @Nullable Throwable failure) {}

    private final ImageStore images;
    private final TransferOptions options;
    private final Interruption interruption;
    private final AtomicBoolean stopped = new AtomicBoolean();

    ImportJob(ImageStore images, TransferOptions options, Interruption interruption) {
        this.images = images;
        this.options = options;
        this.interruption = interruption;
    }

    /** Imports the sources by so many threads; the outcomes come in the order of the sources. */
    List<Outcome> run(List<ImportSource> sources, int jobs) throws InterruptedException {
        AtomicInteger threads = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(
                Math.min(jobs, sources.size()), task -> new Thread(task, "import-" + threads.incrementAndGet()));
        try {
            List<Future<ImportResult>> futures = new ArrayList<>();
            for (ImportSource source : sources) {
                futures.add(executor.submit(() -> importOne(source)));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = 0; i < futures.size(); i++) {
                outcomes.add(outcome(sources.get(i), futures.get(i)));
            }
            return outcomes;
        } finally {
            executor.shutdownNow();
        }
    }

    private static Outcome outcome(ImportSource source, Future<ImportResult> future) throws InterruptedException {
        try {
            return new Outcome(source, future.get(), null);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return new Outcome(source, null, cause == null ? e : cause);
        }
    }

    private ImportResult importOne(ImportSource source) throws IOException {
        if (stopped.get()) {
            throw new OperationCancelledException(source.name(), false);
        }
        boolean othersMayGoOn = false;
        try {
            ImportResult result = source.isStandardInput()
                    ? InputChannels.read(
                            source, interruption, channel -> images.importChannel(channel, source.name(), options))
                    : images.importFile(source.file(), source.name(), options);
            othersMayGoOn = true;
            return result;
        } catch (SourceException | AlreadyExistsException e) {
            othersMayGoOn = true;
            throw e;
        } finally {
            if (!othersMayGoOn) {
                stopped.set(true);
            }
        }
    }
}

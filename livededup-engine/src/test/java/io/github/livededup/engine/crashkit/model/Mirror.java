package io.github.livededup.engine.crashkit.model;

import io.github.livededup.LiveDedupException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.engine.crashkit.model.VolumeHistory.Effect;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Has the model do what a volume did, and keeps the history. A change whose call failed, since a write or force did, may
 * survive a crash or not; a change that was refused did not happen. What was cut short in between, as by a full disk,
 * cannot be followed, and ends the mirroring.
 */
final class Mirror {
    /** A call of the volume's or of the model's. */
    @FunctionalInterface
    interface Call<T> {
        T call() throws IOException;
    }

    /** A call without a result. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    private final ModelContent content;
    private final CallerReferences references;
    private final VolumeHistory history;
    private final boolean isAlwaysDurable;
    private boolean isLost;

    Mirror(ModelContent content, CallerReferences references, VolumeHistory history, boolean isAlwaysDurable) {
        this.content = content;
        this.references = references;
        this.history = history;
        this.isAlwaysDurable = isAlwaysDurable;
    }

    /** Adds a state: the model as it is. */
    synchronized void did(Effect effect, @Nullable String imageName) {
        if (!isLost) {
            history.add(content, references.counts(), isAlwaysDurable ? Effect.COMMITTED : effect, imageName);
        }
    }

    /** Has both do a thing, the volume first. */
    synchronized <T> T change(Effect effect, @Nullable String imageName, Call<T> ofReal, Action ofModel)
            throws IOException {
        T result;
        try {
            result = ofReal.call();
        } catch (IOException e) {
            failed(e, ofModel);
            throw e;
        }
        if (!isLost) {
            ofModel.run();
        }
        did(effect, imageName);
        return result;
    }

    /** Has both do a thing, the volume first. */
    void change(Effect effect, @Nullable String imageName, Action ofReal, Action ofModel) throws IOException {
        Call<@Nullable Void> call = () -> {
            ofReal.run();
            return null;
        };
        change(effect, imageName, call, ofModel);
    }

    private void failed(IOException failure, Action ofModel) throws IOException {
        boolean isRefusal = failure instanceof LiveDedupException && !(failure instanceof VolumeFailedException);
        if (isLost || isRefusal) {
            return;
        }
        ofModel.run();
        history.add(content, references.counts(), Effect.NONE, null);
        isLost = true;
    }

    /** Something was done of which nobody knows how far. */
    synchronized void lose() {
        isLost = true;
    }
}

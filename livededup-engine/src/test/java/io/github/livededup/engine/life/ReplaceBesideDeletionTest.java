package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.NotFoundException;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** An image is renamed over one that another thread makes and deletes again and again. */
class ReplaceBesideDeletionTest extends EngineCase {
    private static final int ROUNDS = 10_000;

    @Test
    void whatIsToBeReplacedMayBeGone() throws Exception {
        try (Volume volume = create()) {
            AtomicBoolean ended = new AtomicBoolean();
            Threads.run(2, thread -> {
                try {
                    for (int i = 0; i < ROUNDS && !ended.get(); i++) {
                        if (thread == 0) {
                            volume.images().create("image", 0).close();
                            volume.images().replace("image", "target");
                        } else {
                            makeAndDelete(volume);
                        }
                    }
                } finally {
                    ended.set(thread == 0 || ended.get());
                }
                return null;
            });
            assertThat(names(volume)).doesNotContain("image");
        }
    }

    private static void makeAndDelete(Volume volume) throws IOException {
        try {
            volume.images().create("target", 0).close();
        } catch (AlreadyExistsException e) {
            // The other one is there.
        }
        try {
            volume.images().delete("target");
        } catch (NotFoundException e) {
            throw new AssertionError("only this thread deletes it", e);
        }
    }
}

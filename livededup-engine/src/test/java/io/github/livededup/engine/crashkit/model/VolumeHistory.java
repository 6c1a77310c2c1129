package io.github.livededup.engine.crashkit.model;

import io.github.livededup.engine.crashkit.model.ObservedVolume.ObservedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The states a volume went through, and which of them a crash may leave. What is called structure here (images, names,
 * sizes, snapshots, references of the block store's callers) is journaled at once and in order, so after a crash it is that
 * of one state, not before the last one that was made durable. Bytes that were written since an image was last flushed may
 * be there or not, each block by itself, but only as far as they were written before the next change of the structure that
 * did not survive.
 */
public final class VolumeHistory {
    /** What a step made durable. */
    public enum Effect {
        /** Nothing. */
        NONE,
        /** The structure, and nothing else for certain. */
        STRUCTURE,
        /** The structure and the bytes of the named image. */
        FLUSHED,
        /** The bytes of the named image if the structure is, as a snapshot and a clone do. */
        SETTLED,
        /** Everything. */
        COMMITTED
    }

    /** An image in a state; its blocks that are not zero. */
    private record ImageState(String name, long sizeBytes, boolean isSnapshot, Map<Long, ModelBlock> blocks) {}

    private record State(
            Map<ModelImageData, ImageState> images,
            Map<Long, Long> references,
            Effect effect,
            @Nullable ModelImageData of,
            int time) {
        boolean isStructureOf(State other) {
            if (!references.equals(other.references) || !images.keySet().equals(other.images.keySet())) {
                return false;
            }
            for (Map.Entry<ModelImageData, ImageState> entry : images.entrySet()) {
                ImageState mine = entry.getValue();
                ImageState its = other.images.get(entry.getKey());
                if (!mine.name.equals(its.name) || mine.sizeBytes != its.sizeBytes) {
                    return false;
                }
            }
            return true;
        }

        boolean isDurable() {
            return effect == Effect.STRUCTURE || effect == Effect.FLUSHED || effect == Effect.COMMITTED;
        }

        boolean settles(ModelImageData image) {
            return effect == Effect.COMMITTED
                    || image.equals(of) && (effect == Effect.FLUSHED || effect == Effect.SETTLED);
        }
    }

    /** What a crash left: the state whose structure it has, and the blocks of its images. */
    public static final class Outcome {
        final int state;
        private final Map<ModelImageData, Map<Long, byte[]>> blocks = new HashMap<>();

        private Outcome(int state) {
            this.state = state;
        }
    }

    private final int blockSize;
    private final IntSupplier clock;
    private final List<State> states = new ArrayList<>();

    public VolumeHistory(int blockSize) {
        this(blockSize, () -> 0);
    }

    /** With a clock that tells when each state was reached. */
    public VolumeHistory(int blockSize, IntSupplier clock) {
        this.blockSize = blockSize;
        this.clock = clock;
    }

    public int size() {
        return states.size();
    }

    /** Adds the state the model is in, with the references that callers of the block store hold, by address. */
    public void add(ModelContent content, Map<Long, Long> references, Effect effect, @Nullable String imageName) {
        Map<ModelImageData, ImageState> images = new HashMap<>();
        for (ModelImageData image : content.images.values()) {
            images.put(image, new ImageState(image.name, image.sizeBytes, image.isSnapshot, Map.copyOf(image.blocks)));
        }
        ModelImageData of = imageName == null ? null : content.images.get(imageName);
        states.add(new State(images, Map.copyOf(references), effect, of, clock.getAsInt()));
    }

    /** Forgets what is before the last state that was made durable whole. */
    public void forgetBeforeCommit() {
        int last = states.size() - 1;
        while (last > 0 && states.get(last).effect != Effect.COMMITTED) {
            last--;
        }
        states.subList(0, last).clear();
    }

    /** The addresses to which there were references in some states. */
    public Set<Long> addresses(int from, int to) {
        Set<Long> all = new HashSet<>();
        states.subList(Math.max(0, from), to + 1).forEach(state -> all.addAll(state.references.keySet()));
        return all;
    }

    /** The first state that was reached at a time or later; the last one if none was. */
    public int reachedAfter(int time) {
        int state = 0;
        while (state < states.size() - 1 && states.get(state).time < time) {
            state++;
        }
        return state;
    }

    /** The last state that was reached at a time or before; the first one if none was. */
    public int reachedBefore(int time) {
        int state = states.size() - 1;
        while (state > 0 && states.get(state).time > time) {
            state--;
        }
        return state;
    }

    /** The last state up to one whose structure was made durable; that before the first step is. */
    public int durable(int upTo) {
        int state = upTo;
        while (state > 0 && !states.get(state).isDurable()) {
            state--;
        }
        return state;
    }

    /**
     * Finds the state that a volume is in after a crash.
     *
     * @param observed what is there
     * @param durable the last state whose structure was durable for certain
     * @param last the last state that was begun
     * @return the state whose structure it has
     */
    public Outcome explain(ObservedVolume observed, int durable, int last) {
        String why = null;
        int end = last;
        while (end >= durable) {
            int first = end;
            while (first > durable && states.get(first - 1).isStructureOf(states.get(end))) {
                first--;
            }
            String difference = structure(states.get(end), observed);
            if (difference == null) {
                Outcome outcome = new Outcome(end);
                difference = bytes(observed, first, end, outcome);
                if (difference == null) {
                    return outcome;
                }
                why = difference;
            } else if (why == null || end == durable) {
                why = (why == null ? "" : why + "; ") + "not state " + end + ": " + difference;
            }
            end = first - 1;
        }
        throw new AssertionError("no state from " + durable + " to " + last + ": " + why);
    }

    private static @Nullable String structure(State state, ObservedVolume observed) {
        Map<String, String> expected = new TreeMap<>();
        for (ImageState image : state.images.values()) {
            expected.put(image.name, image.sizeBytes + (image.isSnapshot ? " snapshot" : ""));
        }
        Map<String, String> actual = new TreeMap<>();
        observed.images.forEach(
                (name, image) -> actual.put(name, image.sizeBytes() + (image.isSnapshot() ? " snapshot" : "")));
        if (!expected.equals(actual)) {
            return "images: actual=" + actual + " expected=" + expected;
        }
        Map<Long, Long> references = new TreeMap<>(state.references);
        return references.equals(observed.references)
                ? null
                : "references: actual=" + observed.references + " expected=" + references;
    }

    /** Compares the bytes with what they may be if the structure is that of states first to end. */
    private @Nullable String bytes(ObservedVolume observed, int first, int end, Outcome outcome) {
        for (Map.Entry<ModelImageData, ImageState> entry :
                states.get(end).images.entrySet()) {
            int settled = first;
            while (settled > 0 && !states.get(settled).settles(entry.getKey())) {
                settled--;
            }
            ImageState image = entry.getValue();
            ObservedImage there = observed.images.get(image.name);
            List<ImageState> versions = new ArrayList<>();
            for (int i = settled; i <= end; i++) {
                ImageState version = states.get(i).images.get(entry.getKey());
                if (version != null
                        && (versions.isEmpty()
                                || !versions.get(versions.size() - 1).equals(version))) {
                    versions.add(version);
                }
            }
            Set<Long> blocks = new HashSet<>(there.blocks().keySet());
            versions.forEach(version -> blocks.addAll(version.blocks.keySet()));
            Map<Long, byte[]> found = new HashMap<>();
            for (long block : blocks) {
                byte[] content = version(versions, image, there, block);
                if (content == null) {
                    return image.name + ": block " + block + " is of none of the states " + settled + ".." + end;
                }
                found.put(block, content);
            }
            outcome.blocks.put(entry.getKey(), found);
        }
        return null;
    }

    /** The newest version's block that equals what is there, null if there is none. */
    private byte @Nullable [] version(List<ImageState> versions, ImageState last, ObservedImage there, long block) {
        long start = block * blockSize;
        int length = (int) Math.max(0, Math.min(blockSize, last.sizeBytes - start));
        byte[] actual = there.blocks().getOrDefault(block, new byte[blockSize]);
        if (length == 0) {
            return actual;
        }
        for (int i = versions.size() - 1; i >= 0; i--) {
            ImageState version = versions.get(i);
            ModelBlock stored = version.blocks.get(block);
            byte[] bytes = stored == null ? new byte[blockSize] : stored.content.clone();
            if (version.sizeBytes < start + length) {
                // What was past the end is zero once it no longer is.
                Arrays.fill(bytes, (int) Math.max(0, version.sizeBytes - start), blockSize, (byte) 0);
            }
            if (Arrays.equals(actual, 0, length, bytes, 0, length)) {
                return bytes;
            }
            if (version.sizeBytes <= start) {
                // Cut off: older bytes are gone for good.
                return null;
            }
        }
        return null;
    }

    /** The references that callers hold in a state that a crash left, by address. */
    public Map<Long, Long> references(Outcome outcome) {
        return states.get(outcome.state).references;
    }

    /** Puts the model's images into a state, as a crash left it, and forgets all states. */
    public void restoreImages(Outcome outcome, ModelContent content) {
        State state = states.get(outcome.state);
        Collection<ModelImageData> gone = new ArrayList<>(content.images.values());
        gone.removeAll(state.images.keySet());
        content.images.clear();
        state.images.forEach((image, was) -> {
            image.name = was.name;
            image.sizeBytes = was.sizeBytes;
            image.deleted = false;
            content.images.put(was.name, image);
            Map<Long, byte[]> there = outcome.blocks.get(image);
            Set<Long> blocks = new HashSet<>(image.blocks.keySet());
            blocks.addAll(there.keySet());
            blocks.forEach(block -> image.setBlock(block, there.getOrDefault(block, new byte[blockSize])));
        });
        for (ModelImageData image : gone) {
            image.clear(0, Long.MAX_VALUE);
            image.deleted = true;
        }
        states.clear();
    }
}

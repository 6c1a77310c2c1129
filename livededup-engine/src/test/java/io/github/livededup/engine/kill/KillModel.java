package io.github.livededup.engine.kill;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a volume must hold: images as numbers of blocks, and references of the block store by number of the block. */
final class KillModel {
    final Map<String, long[]> images = new TreeMap<>();
    final Map<Long, Long> references = new TreeMap<>();
    /** Those of the images that are snapshots. */
    final Set<String> snapshots = new TreeSet<>();

    KillModel copy() {
        KillModel copy = new KillModel();
        images.forEach((name, ids) -> copy.images.put(name, ids.clone()));
        copy.references.putAll(references);
        copy.snapshots.addAll(snapshots);
        return copy;
    }

    void apply(KillOp op) {
        switch (op.kind()) {
            case CREATE, IMPORT -> images.put(op.name(), op.ids().clone());
            case WRITE, DISCARD -> System.arraycopy(op.ids(), 0, images.get(op.name()), op.first(), op.ids().length);
            case RESIZE -> images.compute(op.name(), (name, ids) -> Arrays.copyOf(ids, op.ids().length));
            case RENAME -> {
                images.put(op.other(), images.remove(op.name()));
                if (snapshots.remove(op.name())) {
                    snapshots.add(op.other());
                }
            }
            case DELETE -> {
                images.remove(op.name());
                snapshots.remove(op.name());
            }
            case SNAPSHOT -> {
                images.put(op.other(), images.get(op.name()).clone());
                snapshots.add(op.other());
            }
            case CLONE -> images.put(op.other(), images.get(op.name()).clone());
            case PUT -> references.merge(op.ids()[0], 1L, Long::sum);
            case RELEASE ->
                references.compute(op.ids()[0], (id, count) -> count == null || count == 1 ? null : count - 1);
            case COMMIT, COMPACT -> {
                // Changes nothing.
            }
        }
    }

    /** Whether another has the same images of the same sizes, the same snapshots and references. */
    boolean hasStructureOf(KillModel other) {
        return references.equals(other.references)
                && snapshots.equals(other.snapshots)
                && images.keySet().equals(other.images.keySet())
                && images.entrySet().stream()
                        .allMatch(image -> image.getValue().length == other.images.get(image.getKey()).length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KillModel model
                && references.equals(model.references)
                && snapshots.equals(model.snapshots)
                && images.keySet().equals(model.images.keySet())
                && images.entrySet().stream()
                        .allMatch(image -> Arrays.equals(image.getValue(), model.images.get(image.getKey())));
    }

    @Override
    public int hashCode() {
        return images.keySet().hashCode() + references.hashCode();
    }

    /** Where two models differ, for a message. */
    String difference(KillModel actual) {
        StringBuilder text = new StringBuilder();
        if (!references.equals(actual.references)) {
            Map<Long, Long> missing = new TreeMap<>(references);
            missing.entrySet().removeAll(actual.references.entrySet());
            Map<Long, Long> surplus = new TreeMap<>(actual.references);
            surplus.entrySet().removeAll(references.entrySet());
            text.append("references expected ")
                    .append(missing)
                    .append(" actual ")
                    .append(surplus)
                    .append('\n');
        }
        if (!snapshots.equals(actual.snapshots)) {
            text.append("snapshots expected ")
                    .append(snapshots)
                    .append(" actual ")
                    .append(actual.snapshots)
                    .append('\n');
        }
        Map<String, long[]> all = new TreeMap<>(images);
        all.putAll(actual.images);
        for (String name : all.keySet()) {
            long[] expected = images.get(name);
            long[] there = actual.images.get(name);
            if (expected == null || there == null) {
                text.append(name).append(expected == null ? " is there\n" : " is absent\n");
            } else if (!Arrays.equals(expected, there)) {
                int at = Arrays.mismatch(expected, there);
                text.append(name)
                        .append(": ")
                        .append(expected.length)
                        .append(" and ")
                        .append(there.length);
                text.append(" blocks, first difference at ").append(at).append('\n');
            }
        }
        return text.toString();
    }
}

package io.github.livededup.engine.kill;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What a volume must hold: images as numbers of blocks, and references of the block store by number of the block. */
final class KillModel {
    final Map<String, long[]> images = new TreeMap<>();
    final Map<Long, Long> references = new TreeMap<>();

    KillModel copy() {
        KillModel copy = new KillModel();
        images.forEach((name, ids) -> copy.images.put(name, ids.clone()));
        copy.references.putAll(references);
        return copy;
    }

    void apply(KillOp op) {
        switch (op.kind()) {
            case CREATE, IMPORT -> images.put(op.name(), op.ids().clone());
            case WRITE, DISCARD -> System.arraycopy(op.ids(), 0, images.get(op.name()), op.first(), op.ids().length);
            case RESIZE -> images.compute(op.name(), (name, ids) -> Arrays.copyOf(ids, op.ids().length));
            case RENAME -> images.put(op.other(), images.remove(op.name()));
            case DELETE -> images.remove(op.name());
            case PUT -> references.merge(op.ids()[0], 1L, Long::sum);
            case RELEASE ->
                references.compute(op.ids()[0], (id, count) -> count == null || count == 1 ? null : count - 1);
            case COMMIT -> {
                // Changes nothing.
            }
        }
    }

    /** Whether a volume holds exactly this, except that an operation may have been done in part. */
    boolean admits(KillModel actual, KillOp underWay) {
        KillModel after = copy();
        after.apply(underWay);
        boolean isWhole = underWay.kind() != KillOp.Kind.WRITE && underWay.kind() != KillOp.Kind.DISCARD;
        if (isWhole) {
            return actual.equals(this) || actual.equals(after);
        }
        long[] there = actual.images.get(underWay.name());
        long[] old = images.get(underWay.name());
        if (there == null || there.length != old.length) {
            return false;
        }
        long[] changed = after.images.get(underWay.name());
        for (int i = 0; i < there.length; i++) {
            if (there[i] != old[i] && there[i] != changed[i]) {
                return false;
            }
        }
        KillModel rest = actual.copy();
        rest.images.put(underWay.name(), old);
        return rest.equals(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KillModel model
                && references.equals(model.references)
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

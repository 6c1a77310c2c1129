package io.github.livededup.engine.kill;

import io.github.livededup.engine.kill.KillOp.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a thread's operations made, one after the other, and what of it a kill may leave: images, names, sizes and references
 * as some number of the operations gives them; and of each block what it was since it was last stored for certain, as far as
 * it was written before the first of the other operations that is not there.
 */
final class KillHistory {
    /** Kinds that change nothing but blocks, or nothing at all. */
    private static final Set<Kind> OF_BLOCKS = Set.of(Kind.WRITE, Kind.DISCARD, Kind.COMMIT, Kind.COMPACT);

    private final List<KillOp> operations = new ArrayList<>();
    /** State n is that after n operations. */
    private final List<KillModel> states = new ArrayList<>();

    KillHistory(KillStream stream, int count) {
        states.add(stream.model().copy());
        for (int i = 0; i < count; i++) {
            KillOp next = stream.next();
            operations.add(next);
            stream.model().apply(next);
            states.add(stream.model().copy());
        }
    }

    KillModel state(int count) {
        return states.get(count);
    }

    /** Whether a kill may leave this when some operations are durable for certain and no more than others were begun. */
    boolean admits(KillModel actual, int durable, int begun) {
        for (int state = begun; state >= durable; state--) {
            if (states.get(state).hasStructureOf(actual) && admitsBlocks(actual, durable, state, begun)) {
                return true;
            }
        }
        return false;
    }

    private boolean admitsBlocks(KillModel actual, int durable, int state, int begun) {
        int last = state;
        while (last < begun && OF_BLOCKS.contains(operations.get(last).kind())) {
            last++;
        }
        for (Map.Entry<String, long[]> image : actual.images.entrySet()) {
            if (!admits(image.getKey(), image.getValue(), durable, state, last)) {
                return false;
            }
        }
        return true;
    }

    /** Compares an image with its versions, from the last one back. */
    private boolean admits(String name, long[] actual, int durable, int state, int last) {
        boolean[] explained = new boolean[actual.length];
        String nameThen = name;
        for (int i = last; i >= 0; i--) {
            long[] then = states.get(i).images.get(nameThen);
            if (then == null) {
                break;
            }
            for (int block = 0; block < actual.length; block++) {
                explained[block] |= actual[block] == (block < then.length ? then[block] : 0);
            }
            if (i <= durable || i == 0) {
                break;
            }
            KillOp before = operations.get(i - 1);
            boolean isStored = before.kind() == Kind.SNAPSHOT || before.kind() == Kind.CLONE;
            if (isStored
                    && i <= state
                    && (before.name().equals(nameThen) || before.other().equals(nameThen))) {
                break;
            }
            if (before.kind() == Kind.RENAME && before.other().equals(nameThen)) {
                nameThen = before.name();
            }
        }
        for (boolean each : explained) {
            if (!each) {
                return false;
            }
        }
        return true;
    }
}

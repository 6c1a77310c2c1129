package io.github.livededup.engine.crashkit;

import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Which states are made at a point, and how: all there are where few changes are pending, else telling and random ones. */
final class StateChoice {
    static final String KILLED = "killed";
    private static final String KEEP = "keep:";
    private static final String ANY = "any:";
    private static final String MIXED = "mixed:";

    private final int exhaustive;
    private final int samples;
    private final long seed;

    StateChoice(int exhaustive, int samples, long seed) {
        this.exhaustive = exhaustive;
        this.samples = samples;
        this.seed = seed;
    }

    /** The kinds of states at a point; in the midst of a long write, only a few. */
    List<String> kinds(PowerCuts cuts, boolean isWithinWrite) {
        List<String> kinds = new ArrayList<>();
        kinds.add(KILLED);
        int pending = cuts.pending();
        if (pending == 0) {
            return kinds;
        }
        Random random = new Random(seed * 31 + cuts.at());
        if (pending <= exhaustive) {
            for (long subset = 0; subset < 1L << pending; subset++) {
                kinds.add(KEEP + Long.toHexString(subset));
            }
        } else {
            kinds.add(KEEP + "0");
            int count = isWithinWrite ? 1 : samples;
            for (int i = 0; i < count; i++) {
                kinds.add(telling(pending, i, random));
                kinds.add(ANY + random.nextLong());
            }
        }
        for (int i = isWithinWrite ? samples - 1 : 0; i < samples; i += 3) {
            kinds.add(MIXED + random.nextLong());
        }
        return kinds;
    }

    /** All but one, only one, the first ones, the last ones. */
    private static String telling(int pending, int turn, Random random) {
        BitSet kept = new BitSet();
        int one = random.nextInt(pending);
        switch (turn % 4) {
            case 0 -> {
                kept.set(0, pending);
                kept.clear(one);
            }
            case 1 -> kept.set(one);
            case 2 -> kept.set(0, one + 1);
            default -> kept.set(one, pending);
        }
        return KEEP + hex(kept);
    }

    private static String hex(BitSet bits) {
        byte[] bytes = bits.toByteArray();
        StringBuilder hex = new StringBuilder();
        for (int i = bytes.length - 1; i >= 0; i--) {
            hex.append(HexFormat.of().toHexDigits(bytes[i]));
        }
        return hex.isEmpty() ? "0" : hex.toString();
    }

    private static BitSet bits(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.length() % 2 == 0 ? hex : "0" + hex);
        BitSet bits = new BitSet();
        for (int i = 0; i < bytes.length * Byte.SIZE; i++) {
            bits.set(i, (bytes[bytes.length - 1 - i / Byte.SIZE] >> i % Byte.SIZE & 1) != 0);
        }
        return bits;
    }

    /** What makes the same files at two points; 0 if that is only known once they are made. */
    long identity(PowerCuts cuts, String kind) {
        if (!kind.startsWith(KEEP)) {
            return 0;
        }
        BitSet kept = bits(kind.substring(KEEP.length()));
        long identity = mix(cuts.epoch() + 1L);
        for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
            identity = mix(identity + cuts.index(i));
        }
        return identity;
    }

    static long mix(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /** Makes a state of a kind. */
    static MemoryDirectory make(PowerCuts cuts, String kind) throws IOException {
        if (kind.equals(KILLED)) {
            return cuts.everything();
        }
        String argument = kind.substring(kind.indexOf(':') + 1);
        if (kind.startsWith(KEEP)) {
            return cuts.keeping(bits(argument));
        }
        Random random = new Random(Long.parseLong(argument));
        return kind.startsWith(ANY) ? cuts.any(random) : cuts.mixed(random);
    }
}

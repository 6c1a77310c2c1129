package io.github.livededup.engine.badinput;

import io.github.livededup.engine.badinput.Field.Change;
import io.github.livededup.engine.fuzz.VolumeBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Makes damage cases of fields: each changed in each way, with its checksum wrong and with its checksum made right. */
final class FieldDamage {
    private static final Change[] PLAIN = {Change.ONES, Change.PLUS_ONE};

    private final boolean isCrashed;
    private final VolumeBytes original;
    private final List<DamageCase> cases = new ArrayList<>();

    FieldDamage(boolean isCrashed, VolumeBytes original) {
        this.isCrashed = isCrashed;
        this.original = original;
    }

    List<DamageCase> cases() {
        return cases;
    }

    /** Changes each field, and leaves the checksums as they are. */
    void plain(String structure, String file, long position, Field... fields) {
        for (Field field : fields) {
            add(structure, file, position, field, false, volume -> {});
        }
    }

    /** Changes each field but the checksum, and makes checksums right. */
    void sealed(String structure, String file, long position, Consumer<VolumeBytes> seal, Field... fields) {
        for (Field field : fields) {
            if (!field.name().equals("checksum")) {
                add(structure, file, position, field, true, seal);
            }
        }
    }

    /** Both. */
    void both(String structure, String file, long position, Consumer<VolumeBytes> seal, Field... fields) {
        plain(structure, file, position, fields);
        sealed(structure, file, position, seal, fields);
    }

    private void add(
            String structure, String file, long position, Field field, boolean isSealed, Consumer<VolumeBytes> seal) {
        byte[] before = original.read(file, position + field.offset(), field.bytes());
        // To a wrong checksum one change is like another.
        for (Change change : isSealed ? Change.values() : PLAIN) {
            byte[] after = change.of(before);
            if (Arrays.equals(before, after)) {
                continue;
            }
            cases.add(new DamageCase(
                    structure + " | " + field.name(),
                    change.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    isCrashed,
                    isSealed,
                    volume -> {
                        volume.write(file, position + field.offset(), after);
                        seal.accept(volume);
                    }));
        }
    }
}

package io.github.livededup.examples.nbdserver.transmission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Room for requests: what is shared, and what each connection has of its own. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AdmissionTest {
    private static final int ALL_BYTES = 32 << 20;

    private final Budget allBytes = new Budget(ALL_BYTES);
    private final Admission greedy = new Admission(16, ALL_BYTES, allBytes);
    private final Admission modest = new Admission(16, ALL_BYTES, allBytes);

    @Test
    void smallRequestsHaveRoomThatNobodyElseTakes() {
        Admission.Ticket all = greedy.admit(ALL_BYTES);

        List<Admission.Ticket> small = new ArrayList<>();
        small.add(modest.admit(0));
        small.add(modest.admit(Admission.OWN_BYTES - 512));
        small.add(modest.admit(512));
        small.add(modest.admit(0));

        assertThat(modest.sharedBytes()).isZero();
        assertThat(allBytes.bytesInFlight()).isEqualTo(ALL_BYTES + Admission.OWN_BYTES);
        small.forEach(Admission.Ticket::release);
        modest.admit(Admission.OWN_BYTES).release();
        all.release();
        assertThat(allBytes.bytesInFlight()).isZero();
    }

    @Test
    void whatHasNoRoomOfItsOwnWaitsForWhatIsShared() throws Exception {
        Admission.Ticket all = greedy.admit(ALL_BYTES);
        assertThat(greedy.sharedBytes()).isEqualTo(ALL_BYTES);
        assertThat(allBytes.isAwaited()).isFalse();

        CompletableFuture<Admission.Ticket> large =
                CompletableFuture.supplyAsync(() -> modest.admit(Admission.OWN_BYTES + 1));
        while (!allBytes.isAwaited()) {
            Thread.onSpinWait();
        }
        assertThat(large).isNotDone();
        Admission third = new Admission(16, ALL_BYTES, allBytes);
        third.admit(0).release(); // waits neither for the room nor behind those who do
        all.release();

        large.get().release();
        assertThat(greedy.sharedBytes()).isZero();
        assertThat(modest.sharedBytes()).isZero();
        assertThat(allBytes.bytesInFlight()).isZero();
    }
}

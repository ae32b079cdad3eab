package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import org.junit.jupiter.api.Test;

class HostMemoryTest {

    private static final long MIB = 1 << 20;

    private final HostMemory whole = HostMemory.of(8 * MIB);
    private final HostMemory shop = whole.half();

    @Test
    void anAppHasHalfOfItAndAnotherOneTheOther() {
        HostMemory.Account greedy = shop.account();
        greedy.hold(4 * MIB);
        assertThatThrownBy(() -> greedy.hold(1)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.members()).containsEntry(GuestLimit.MEMBER, "host-memory");
            assertThat(problem).hasMessageContaining("at most 4194304 for an app, 8388608 for all");
        });
        HostMemory.Account neighbour = whole.half().account();
        neighbour.hold(4 * MIB);
        assertThat(whole.taken()).isEqualTo(8 * MIB);
        assertThat(whole.half().account().tryHold(1)).isFalse();

        greedy.close();
        assertThat(whole.half().account().tryHold(1)).isTrue();
        neighbour.close();
    }

    @Test
    void whatIsReleasedCanBeHeldAgainAndTheEndFreesAll() {
        try (HostMemory.Account account = shop.account()) {
            for (int i = 0; i < 100; i++) {
                account.hold(3 * MIB);
                account.release(3 * MIB);
            }
            account.hold(1);
            assertThat(shop.taken()).isBetween(1L, 2 * MIB);
        }
        assertThat(shop.taken()).isZero();
        assertThat(whole.taken()).isZero();
    }

    @Test
    void aClosedAccountHoldsNothing() {
        HostMemory.Account account = shop.account();
        account.hold(100);
        account.close();
        account.release(100);
        account.close();
        assertThat(account.tryHold(1)).isFalse();
        assertThat(shop.taken()).isZero();
    }
}

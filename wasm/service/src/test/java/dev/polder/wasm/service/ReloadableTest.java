package dev.polder.wasm.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReloadableTest {

    private final List<String> freed = new ArrayList<>();
    private int woken;

    private Reloadable<String> reloadable(boolean leaves) {
        return new Reloadable<>(
                "first",
                _ -> leaves ? Optional.of(() -> Optional.of("woken " + ++woken)) : Optional.empty(),
                () -> "loaded",
                freed::add);
    }

    @Test
    void whatIsRehearsedIsOneOfItsOwnAndFreed() {
        Reloadable<String> one = reloadable(true);
        Reloadable.Released released = one.release();
        List<String> used = new ArrayList<>();

        assertThat(one.rehearse(used::add)).isTrue();
        assertThat(one.isReleased()).isTrue();
        assertThat(one.get()).isEqualTo("woken 2");
        assertThat(one.rehearse(used::add)).isTrue();
        assertThat(used).containsExactly("woken 1", "woken 3");
        assertThat(freed).containsExactly("woken 1", "woken 3");
        assertThat(one.holds(one.get())).isTrue();

        released.free().run();
        assertThat(freed).endsWith("first").hasSize(3);
    }

    @Test
    void whatIsRehearsedIsFreedWhenItsUseFails() {
        Reloadable<String> one = reloadable(true);
        assertThat(one.release().left()).isNotNull();

        assertThatThrownBy(() -> one.rehearse(_ -> {
                    throw new IllegalStateException("no room");
                }))
                .hasMessage("no room");
        assertThat(freed).containsExactly("woken 1");
    }

    @Test
    void whatLeavesNothingIsLoadedAndNotRehearsed() {
        Reloadable<String> one = reloadable(false);
        assertThat(one.rehearse(freed::add)).isFalse();
        assertThat(one.release().left()).isNull();
        assertThat(one.rehearse(freed::add)).isFalse();
        assertThat(one.get()).isEqualTo("loaded");
        assertThat(freed).isEmpty();
    }
}

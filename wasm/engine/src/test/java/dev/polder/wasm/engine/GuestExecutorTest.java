package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class GuestExecutorTest {

    @Test
    void refusesWhatItHasNoPlaceFor() throws Exception {
        try (GuestExecutor guests = new GuestExecutor(1, 1)) {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            CompletableFuture<String> running = guests.submit(() -> {
                started.countDown();
                release.await();
                return Thread.currentThread().getName();
            });
            started.await();
            CompletableFuture<String> waiting = guests.submit(() -> "waited");
            assertThat(guests.running()).isEqualTo(1);
            assertThat(guests.waiting()).isEqualTo(1);
            assertThatThrownBy(() -> guests.submit(() -> "refused").get())
                    .cause()
                    .isInstanceOfSatisfying(Problem.class, p -> {
                        assertThat(p.code()).isEqualTo(Problem.Code.UNAVAILABLE);
                        assertThat(p.retryable()).isTrue();
                    })
                    .hasMessageContaining("1 running and 1 waiting");
            release.countDown();
            assertThat(running.get()).startsWith("guest-");
            assertThat(waiting.get()).isEqualTo("waited");
        }
    }

    @Test
    void failsWithProblemsOnly() {
        try (GuestExecutor guests = new GuestExecutor(1, 4)) {
            assertThat(failure(guests, new WasmTrap(TrapCode.DEADLINE)).code()).isEqualTo(Problem.Code.DEADLINE);
            assertThat(failure(
                            guests, new WasmTrap(TrapCode.UNREACHABLE, null, List.of(GuestFrame.named("main")), null)))
                    .hasMessage("guest: unreachable executed in main");
            assertThat(failure(guests, Problem.notFound("x")).code()).isEqualTo(Problem.Code.NOT_FOUND);
            assertThat(failure(guests, new IllegalStateException("bug")).code()).isEqualTo(Problem.Code.INTERNAL);
        }
    }

    private static Problem failure(GuestExecutor guests, RuntimeException thrown) {
        try {
            guests.submit(() -> {
                        throw thrown;
                    })
                    .get();
        } catch (ExecutionException e) {
            return (Problem) e.getCause();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new AssertionError("it did not fail");
    }
}

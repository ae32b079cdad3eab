package dev.polder.wasm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.polder.kernel.model.Problem;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** One thread that is held up, and behind it tasks of a lane whose tasks are known to be short. */
    private static final class Row implements AutoCloseable {
        final GuestExecutor guests = new GuestExecutor(1, 100);
        final GuestLane brisk = guests.lane("brisk", 1);
        final GuestLane slow = guests.lane("slow", 1);
        final AtomicInteger woken = new AtomicInteger();
        private final CountDownLatch gate = new CountDownLatch(1);

        Row() {
            while (!isBrisk()) {
                submit(() -> 0).join();
            }
            sleep().join();
            var _ = guests.submit(() -> gate.await(20, TimeUnit.SECONDS));
        }

        private boolean isBrisk() {
            guests.lock().lock();
            try {
                return brisk.isBrisk();
            } finally {
                guests.lock().unlock();
            }
        }

        /** A task that takes long. */
        CompletableFuture<Integer> sleep() {
            return slow.submit(
                    () -> {
                        Thread.sleep(10);
                        return 0;
                    },
                    100,
                    Long.MAX_VALUE);
        }

        <T> CompletableFuture<T> submit(Callable<T> task) {
            return brisk.submit(task, 100, Long.MAX_VALUE);
        }

        /** Asks to be woken, and tells how often that was done by then. */
        int ask() {
            GuestExecutor.soon(wake);
            return woken.get();
        }

        private final Runnable wake = woken::incrementAndGet;

        void go() {
            gate.countDown();
        }

        @Override
        public void close() {
            go();
            guests.close();
        }
    }

    @Test
    void doesOnceWhatGuestsInARowAskFor() {
        try (Row row = new Row()) {
            CompletableFuture<Integer> first = row.submit(() -> row.ask() + row.ask());
            CompletableFuture<Integer> second = row.submit(() -> 0);
            row.go();
            assertThat(first.join()).isZero();
            second.join();
            await().untilAsserted(() -> assertThat(row.woken).hasValue(1));
        }
    }

    @Test
    void doesAtOnceWhatTheLastOneAsksFor() {
        try (Row row = new Row()) {
            row.go();
            assertThat(row.submit(row::ask).join()).isOne();
            assertThat(row.ask()).as("on a thread of no guest").isEqualTo(2);
        }
    }

    @Test
    void doesWhatIsLeftBeforeAGuestWaits() {
        try (Row row = new Row()) {
            CompletableFuture<List<Integer>> first =
                    row.submit(() -> List.of(row.ask(), GuestExecutor.blocking(row.woken::get)));
            CompletableFuture<Integer> second = row.submit(() -> 0);
            row.go();
            assertThat(first.join()).containsExactly(0, 1);
            second.join();
        }
    }

    @Test
    void doesWhatALongTaskWouldHoldUp() throws Exception {
        try (Row row = new Row()) {
            CountDownLatch end = new CountDownLatch(1);
            CompletableFuture<Integer> first = row.submit(row::ask);
            CompletableFuture<Boolean> second = row.submit(() -> end.await(20, TimeUnit.SECONDS));
            row.go();
            assertThat(first.join()).isZero();
            await().untilAsserted(() -> assertThat(row.woken).hasValue(1));
            end.countDown();
            assertThat(second.get()).isTrue();
        }
    }

    @Test
    void holdsNothingBackBeforeALaneOfLongTasks() throws Exception {
        try (Row row = new Row()) {
            CompletableFuture<Integer> first = row.submit(row::ask);
            CompletableFuture<Integer> second = row.sleep();
            row.go();
            assertThat(first.get()).isOne();
            second.get();
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

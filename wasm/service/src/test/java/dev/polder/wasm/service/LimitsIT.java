package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each limit is named in the problem, in the log and to who counts, on both engines. */
class LimitsIT {

    private static final int KIB = 1024;

    @TempDir
    Path folder;

    private static AppLimits limits(Duration wall, Duration cpu) {
        return new AppLimits(1L << 20, 100, wall, cpu, 2 * KIB, 2 * KIB, 4, 32, 4 * KIB, 1, 1, 1, 4 * KIB, 8 * KIB, 1);
    }

    private static final class Apps {
        final Harness polder;
        final List<String> told = Collections.synchronizedList(new ArrayList<>());

        Apps(Harness polder) {
            this.polder = polder;
            polder.apps.onLimit((workload, limit, _) -> told.add(workload.name() + " " + limit.id()));
        }

        void deploy(String name, byte[] wasm, AppLimits limits) {
            polder.limits.put(name, limits);
            polder.deploy(name, wasm);
        }

        Problem refusal(String name, HttpRequestData request) {
            return catchThrowableOfType(Problem.class, () -> polder.send(name, request));
        }

        void assertPassed(GuestLimit limit, Problem.Code code) {
            Problem problem = refusal(limit.id(), HttpRequestData.get("h", "/"));
            assertThat(problem).as(limit.id()).isNotNull();
            assertThat(problem.members()).as(problem.getMessage()).containsEntry("limit", limit.id());
            assertThat(problem.code()).as(problem.getMessage()).isEqualTo(code);
            assertNoted(limit);
        }

        void assertNoted(GuestLimit limit) {
            assertThat(told).contains(limit.id() + " " + limit.id());
            assertThat(polder.apps.log(workload(limit.id())).after(0))
                    .extracting(LogLine::text)
                    .anyMatch(line -> line.contains("limit " + limit.id()));
            assertThat(polder.apps.stats(workload(limit.id())).orElseThrow().limits())
                    .containsKey(limit);
        }
    }

    @ParameterizedTest
    @EnumSource(value = EngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whatPassesALimitIsToldWhich(EngineChoice engine) {
        Duration brief = Duration.ofMillis(200);
        Duration ample = Duration.ofSeconds(30);
        try (Harness polder = new Harness(engine, folder)) {
            Apps apps = new Apps(polder);
            apps.deploy("wall-time", TestModules.loops(), limits(brief, ample));
            apps.deploy("cpu-time", TestModules.loops(), limits(ample, brief));
            apps.deploy("memory", TestModules.hoards(), limits(ample, ample));
            apps.deploy("asks", TestModules.asksForMuch(), limits(ample, ample));
            apps.deploy("table", TestModules.hoardsElements(), limits(ample, ample));
            apps.deploy("output", TestModules.floods(), limits(ample, ample));
            apps.deploy("request-body", TestModules.echoes(), limits(ample, ample));
            apps.deploy("log", TestModules.complains("and another thing\n"), limits(brief, ample));

            apps.assertPassed(GuestLimit.WALL_TIME, Problem.Code.DEADLINE);
            apps.assertPassed(GuestLimit.CPU_TIME, Problem.Code.DEADLINE);
            apps.assertPassed(GuestLimit.MEMORY, Problem.Code.BAD_UPSTREAM);
            assertThat(apps.refusal("asks", HttpRequestData.get("h", "/")).members())
                    .containsEntry("limit", "memory");
            apps.assertPassed(GuestLimit.TABLE, Problem.Code.BAD_UPSTREAM);
            apps.assertPassed(GuestLimit.OUTPUT, Problem.Code.BAD_UPSTREAM);
            HttpRequestData large = HttpRequestData.get("h", "/").withBody(new byte[3 * KIB]);
            assertThat(apps.refusal("request-body", large).members()).containsEntry("limit", "request-body");
            apps.assertNoted(GuestLimit.REQUEST_BODY);
            // Losing lines ends nobody: what ended this one is its time.
            assertThat(apps.refusal("log", HttpRequestData.get("h", "/")).members())
                    .containsEntry("limit", "wall-time");
            apps.assertNoted(GuestLimit.LOG);
            assertThat(polder.apps.log(workload("log")).after(0))
                    .extracting(LogLine::text)
                    .filteredOn("and another thing"::equals)
                    .hasSizeBetween(200, 300);
            assertThat(polder.apps.traps(workload("output"))).singleElement().satisfies(ended -> {
                assertThat(ended.kind()).isEqualTo("limit");
                assertThat(ended.limit()).isEqualTo("output");
                assertThat(ended.message()).contains("standard output: more than 2048 bytes");
                assertThat(ended.frames()).isNotEmpty();
            });
            assertThat(polder.apps.traps(workload("cpu-time")))
                    .singleElement()
                    .satisfies(trap -> assertThat(trap.kind()).isEqualTo("cpu-time"));
        }
    }

    /** Guests of one app hold memory at the same time until it has its half of all; the app beside it goes on. */
    @Test
    void whatGuestsOfAnAppHoldTogetherIsBounded() {
        HostMemory all = HostMemory.guests(4L << 20);
        Duration brief = Duration.ofMillis(400);
        AppLimits limits = new AppLimits(64L << 20, brief, 1024, 1024, 64);
        try (Harness polder = new Harness(EngineChoice.WASMTIME, folder, all)) {
            Apps apps = new Apps(polder);
            apps.deploy("guest-memory", TestModules.holds(14), limits);
            apps.deploy("shop", TestModules.answers("hello"), limits);
            List<CompletableFuture<HttpResponseData>> asked = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                asked.add(polder.apps
                        .handle(workload("guest-memory"), HttpRequestData.get("h", "/"))
                        .toCompletableFuture());
            }
            List<String> limitsPassed = new ArrayList<>();
            for (CompletableFuture<HttpResponseData> one : asked) {
                assertThat(Harness.text(polder.get("shop", "/"))).isEqualTo("hello");
                Throwable failure = one.handle((_, thrown) -> thrown).join();
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                limitsPassed.add(((Problem) cause).members().get("limit"));
            }
            // Two of them fit into two MiB, of up to four that run at once.
            assertThat(limitsPassed).contains("guest-memory", "wall-time").hasSize(8);
            apps.assertNoted(GuestLimit.GUEST_MEMORY);
            assertThat(all.taken()).isZero();
        }
    }
}

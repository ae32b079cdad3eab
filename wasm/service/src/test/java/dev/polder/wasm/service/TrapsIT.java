package dev.polder.wasm.service;

import static dev.polder.wasm.service.Harness.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.GuestFrame;
import dev.polder.wasm.engine.WasmTrap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Rust command with debug information, {@code lines.rs}, that traps. */
class TrapsIT {

    @TempDir
    Path folder;

    private static byte[] module() throws IOException {
        try (InputStream in = TrapsIT.class.getResourceAsStream("lines.wasm")) {
            return in.readAllBytes();
        }
    }

    @Test
    void theOwnerSeesSourceLinesAndTheClientDoesNot() throws IOException {
        try (Harness polder = new Harness(EngineChoice.WASMTIME, folder)) {
            polder.deploy("crash", module());
            for (int i = 0; i < Observation.MAX_TRAPS + 5; i++) {
                Problem problem = catchThrowableOfType(Problem.class, () -> polder.get("crash", "/pay?card=1"));
                assertThat(problem.members())
                        .containsEntry("trap", "unreachable")
                        .containsKey("trace");
                assertThat(problem.getMessage()).doesNotContain("checked", "lines.rs");
            }

            List<TrapRecord> traps = polder.apps.traps(workload("crash"));
            assertThat(traps).hasSize(Observation.MAX_TRAPS).allSatisfy(trap -> {
                assertThat(trap.request()).isEqualTo("GET /pay");
                assertThat(trap.frames())
                        .satisfiesExactly(
                                inner -> {
                                    assertThat(inner.function()).isEqualTo("lines::checked");
                                    assertThat(inner.file()).endsWith("lines.rs");
                                    assertThat(inner.line()).isEqualTo(12);
                                },
                                outer -> assertThat(outer).hasToString("_start (lines.rs:20)"));
            });
            assertThat(polder.apps.log(workload("crash")).after(0))
                    .extracting(LogLine::text)
                    .contains("    at _start (lines.rs:20)");
        }
    }

    @Test
    void theModulesOfAComponentAreSearched() throws IOException {
        byte[] module = module();
        byte[] component = component(module);
        assertThat(Component.coreModules(component)).hasSize(2).contains(module);

        WasmTrap trap;
        try (Harness polder = new Harness(EngineChoice.WASMTIME, folder)) {
            polder.deploy("crash", module);
            trap = (WasmTrap) catchThrowableOfType(Problem.class, () -> polder.get("crash", "/"))
                    .getCause();
        }
        FrameLines lines = new FrameLines(() -> component);
        assertThat(lines.of(trap.frames()).getLast()).hasToString("_start (lines.rs:20)");
        assertThat(lines.of(trap.frames())).isSameAs(lines.of(trap.frames()));
        assertThat(lines.of(List.of(GuestFrame.named("f")))).containsExactly(new TrapRecord.Frame("f", null, 0));
        assertThat(new FrameLines(() -> {
                            throw Problem.notFound("gone");
                        })
                        .of(trap.frames()))
                .extracting(TrapRecord.Frame::line)
                .containsOnly(0);
    }

    /** A component that holds another module, and in a component of its own this one. */
    private static byte[] component(byte[] module) {
        byte[] nested = section(1, module, header());
        return section(4, nested, section(1, TestModules.answers("x"), header()));
    }

    private static byte[] header() {
        return new byte[] {0, 'a', 's', 'm', 0x0d, 0, 1, 0};
    }

    private static byte[] section(int id, byte[] content, byte[] before) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(before);
        out.write(id);
        int rest = content.length;
        while (rest >= 0x80) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        out.writeBytes(content);
        return out.toByteArray();
    }
}

package dev.polder.app.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.engine.CompileListener.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompileWordsTest {

    private final List<String> lines = new ArrayList<>();
    private final CompileWords words = new CompileWords(lines::add);

    @Test
    void aLongCompilationIsToldAndAShortOneIsNot() {
        for (int quarter = 0; quarter <= 45; quarter++) {
            words.at(Phase.COMPILING, Duration.ofMillis(250L * quarter));
        }
        words.at(Phase.COMPILED, Duration.ofMillis(11_340));
        words.at(Phase.COMPILING, Duration.ofMillis(250));
        words.at(Phase.COMPILED, Duration.ofMillis(400));
        words.at(Phase.LOADED_FROM_DISK, Duration.ofSeconds(2));
        assertThat(lines)
                .containsExactly(
                        "Compiling to machine code, 1 s",
                        "Compiling to machine code, 5 s",
                        "Compiling to machine code, 10 s",
                        "Compiled in 11.3 s");
    }
}

package dev.polder.wasm.event;

import static dev.polder.wasm.event.Polder.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.service.AppState;
import dev.polder.wasm.service.BuiltApp;
import dev.polder.wasm.service.DeployInfo;
import dev.polder.wasm.service.LogLine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CronTriggerIT {

    @TempDir
    Path folder;

    @Test
    void everySecondUntilTheAppStops() {
        try (Polder polder = new Polder(folder, Map.of())) {
            long before = Instant.now().getEpochSecond();
            polder.deploy("[[trigger.cron]]\ncron_expression = \"* * * * * *\"\ncomponent = \"events\"\n");
            polder.awaitLines("two", lines -> lines.size() >= 2);
            polder.awaitIdle();
            int so = polder.lines(LogLine.Stream.STDOUT).size();
            polder.awaitLines("one more", lines -> lines.size() > so);
            assertThat(polder.lines(LogLine.Stream.STDOUT))
                    .allSatisfy(line -> assertThat(Long.parseLong(line.substring("cron: ".length())))
                            .isBetween(before, Instant.now().getEpochSecond()));
            assertThat(polder.state().nextAt()).isAfter(Instant.ofEpochSecond(before));
            polder.apps.stop(APP);
            Polder.until("no trigger", () -> polder.triggers.states(APP).isEmpty());
        }
    }

    @Test
    void aComponentWithoutTheHandlerIsRefusedWithWhatWasExpected() {
        byte[] empty = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};
        try (Polder polder = new Polder(folder, Map.of())) {
            BuiltApp app = Polder.app("[[trigger.cron]]\ncron_expression = \"0 0 * * *\"\ncomponent = \"events\"\n");
            BuiltApp wrong = new BuiltApp(
                    app.spin(),
                    app.manifest(),
                    List.of(BuiltApp.Component.of("events", empty)),
                    app.language(),
                    app.sourceDir());
            assertThatThrownBy(() -> polder.apps.deploy(APP, wrong, new DeployInfo("1", "", Instant.EPOCH)))
                    .isInstanceOfSatisfying(
                            Problem.class, e -> assertThat(e.code()).isEqualTo(Problem.Code.UNSUPPORTED))
                    .hasMessageContaining("(component events)")
                    .hasMessageContaining("expected: handle-cron-event");
            assertThat(polder.apps.state(APP).orElseThrow().phase()).isEqualTo(AppState.Phase.FAILED);
            assertThat(polder.triggers.states(APP)).isEmpty();
        }
    }
}

package dev.polder.app.cli.wasm;

import dev.polder.wasm.service.BuiltApp;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code polder wasm build}: runs the build commands of an app on this machine. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = {
            "Run the build commands of the app's spin.toml, and fetch the sources that it names by URL or registry.",
            "",
            "The toolchains are those of this machine; 'polder wasm doctor' tells which there are."
        })
public final class BuildCommand implements Callable<Integer> {

    @Mixin
    private AppFolder app;

    @Option(
            names = {"-c", "--component-id"},
            paramLabel = "ID",
            description = "Build only this component. Repeatable.")
    private List<String> components = List.of();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (components.isEmpty()) {
            BuiltApp built = app.built(true, out);
            built.components().forEach(component -> tell(component, out));
            built.spin().notices().forEach(notice -> out.println("note: " + notice));
        } else {
            app.built(components, out).forEach(component -> tell(component, out));
        }
        out.flush();
        return 0;
    }

    private static void tell(BuiltApp.Component component, PrintWriter out) {
        out.println(component.id() + ": " + component.wasm().length + " bytes, "
                + component.digest().shortForm());
    }
}

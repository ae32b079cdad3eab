package dev.polder.app.cli.wasm;

import dev.polder.wasm.service.BuiltApp;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code polder wasm up}: builds an app and lets it serve in the running Polder. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Build the app here, deploy it to the running Polder, and print where it serves.",
            "",
            "It becomes a workload with an identity, a route at the gateway and a release with its SBOM, as a push would"
                    + " make it. When it cannot be built or run, the version before serves on."
        })
public final class UpCommand implements Callable<Integer> {

    @Mixin
    private AppFolder app;

    @Option(names = "--no-build", description = "Take the wasm files that are there.")
    private boolean noBuild;

    @Option(names = "--build", hidden = true, description = "As in Spin; here it is so without.")
    private boolean build;

    @Mixin
    private Target target;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        BuiltApp built = app.built(build || !noBuild, target.progress(out));
        target.deploy(built, out);
        target.follow(built.spin(), out);
        return 0;
    }
}

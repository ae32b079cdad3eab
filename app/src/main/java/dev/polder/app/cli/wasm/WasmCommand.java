package dev.polder.app.cli.wasm;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code polder wasm}: build, run and share Wasm apps, with the verbs that Spin has for it. */
@Command(
        name = "wasm",
        mixinStandardHelpOptions = true,
        description = "Build, run and share Wasm apps (folders with a spin.toml).",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "'polder wasm COMMAND --help' explains a command."},
        subcommands = {
            BuildCommand.class,
            UpCommand.class,
            WatchCommand.class,
            DeployCommand.class,
            RollbackCommand.class,
            PushCommand.class,
            PullCommand.class,
            DoctorCommand.class,
            RegistryCommand.class,
        })
public final class WasmCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }
}

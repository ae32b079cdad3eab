package dev.polder.app.cli.wasm;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code polder wasm registry push|pull}: the same under the name that Spin has for them. */
@Command(
        name = "registry",
        aliases = "oci",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "As 'polder wasm push' and 'polder wasm pull'.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PushCommand.class, PullCommand.class})
public final class RegistryCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }
}

package dev.polder.app.cli;

import dev.polder.app.config.PolderConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code polder config}: what is configured, and what can be. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Check the configuration, or print its schema.",
        subcommands = {ConfigCommand.Check.class, ConfigCommand.Schema.class})
public final class ConfigCommand implements Callable<Integer> {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected: check or schema");
    }

    /** {@code polder config check}. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Read the configuration as 'up' would and print it, without secrets.")
    static final class Check implements Callable<Integer> {
        @Mixin
        private ConfigOptions options;

        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            out.println(options.read(System.getenv()));
            out.flush();
            return 0;
        }
    }

    /** {@code polder config schema}. */
    @Command(name = "schema", mixinStandardHelpOptions = true, description = "Print the JSON Schema of polder.yaml.")
    static final class Schema implements Callable<Integer> {
        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            out.println(PolderConfig.schema().toPrettyString());
            out.flush();
            return 0;
        }
    }
}

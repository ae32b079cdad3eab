package dev.polder.app;

import dev.polder.app.cli.ApplyCommand;
import dev.polder.app.cli.ConfigCommand;
import dev.polder.app.cli.CreateCommand;
import dev.polder.app.cli.DeleteCommand;
import dev.polder.app.cli.DoctorCommand;
import dev.polder.app.cli.GetCommand;
import dev.polder.app.cli.LogsCommand;
import dev.polder.app.cli.SbomCommand;
import dev.polder.app.cli.TokenCommand;
import dev.polder.app.cli.TrainCommand;
import dev.polder.app.cli.UpCommand;
import dev.polder.app.cli.wasm.WasmCommand;
import dev.polder.kernel.model.Problem;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code main}. Exit codes: 0 ok, 1 failed, 2 wrong usage. */
@Command(
        name = "polder",
        mixinStandardHelpOptions = true,
        versionProvider = Polder.Version.class,
        description = "An internal developer platform: portal, Wasm, mesh and evidence in one program.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Start with 'polder up'. 'polder COMMAND --help' explains a command."},
        subcommands = {
            UpCommand.class,
            CreateCommand.class,
            ApplyCommand.class,
            GetCommand.class,
            DeleteCommand.class,
            LogsCommand.class,
            SbomCommand.class,
            DoctorCommand.class,
            TokenCommand.class,
            ConfigCommand.class,
            WasmCommand.class,
            TrainCommand.class,
        })
public final class Polder implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command line as {@code main} runs it, for tests too. */
    public static CommandLine commandLine() {
        return new CommandLine(new Polder()).setUsageHelpAutoWidth(true).setExecutionExceptionHandler(Polder::explain);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }

    private static int explain(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
        PrintWriter err = commandLine.getErr();
        if (failure instanceof Problem problem && problem.code() != Problem.Code.INTERNAL) {
            err.println("polder: " + problem.getMessage());
        } else {
            err.println("polder: " + failure);
            failure.printStackTrace(err);
        }
        err.flush();
        return 1;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"polder " + About.version(), "java " + Runtime.version()};
        }
    }
}

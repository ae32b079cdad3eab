package dev.polder.app;

import dev.polder.app.cli.ApplyCommand;
import dev.polder.app.cli.ConfigCommand;
import dev.polder.app.cli.CreateCommand;
import dev.polder.app.cli.DeleteCommand;
import dev.polder.app.cli.DoctorCommand;
import dev.polder.app.cli.GetCommand;
import dev.polder.app.cli.LogsCommand;
import dev.polder.app.cli.PruneCommand;
import dev.polder.app.cli.SbomCommand;
import dev.polder.app.cli.TokenCommand;
import dev.polder.app.cli.TrainCommand;
import dev.polder.app.cli.UpCommand;
import dev.polder.app.cli.wasm.SpinHabits;
import dev.polder.app.cli.wasm.WasmCommand;
import dev.polder.kernel.model.Problem;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code main}. Exit codes: 0 ok, 1 failed, 2 wrong usage. */
@Command(
        name = "polder",
        mixinStandardHelpOptions = true,
        versionProvider = Polder.Version.class,
        description = "An internal developer platform: portal, Wasm, mesh and evidence in one program.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Start with 'polder up'. 'polder COMMAND --help' explains a command."})
public final class Polder implements Runnable {

    private static final List<Class<?>> COMMANDS = List.of(
            UpCommand.class,
            CreateCommand.class,
            ApplyCommand.class,
            GetCommand.class,
            DeleteCommand.class,
            LogsCommand.class,
            SbomCommand.class,
            PruneCommand.class,
            DoctorCommand.class,
            TokenCommand.class,
            ConfigCommand.class,
            WasmCommand.class,
            TrainCommand.class);

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine(args).execute(args));
    }

    /**
     * The command line as {@code main} runs it, for tests too.
     *
     * @param args what it will execute; when they begin with a command, it knows that one only: to look at all of them takes
     *     a third of a second of every start
     */
    public static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new Polder());
        List<Class<?>> named = args.length == 0
                ? List.of()
                : COMMANDS.stream()
                        .filter(command ->
                                command.getAnnotation(Command.class).name().equals(args[0]))
                        .toList();
        (named.isEmpty() ? COMMANDS : named).forEach(line::addSubcommand);
        return line.setUsageHelpAutoWidth(true)
                .setExpandAtFiles(false) // an @FILE is the value of an option
                .setParameterExceptionHandler(new SpinHabits(line.getParameterExceptionHandler()))
                .setExecutionExceptionHandler(Polder::explain);
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

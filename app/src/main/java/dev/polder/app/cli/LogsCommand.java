package dev.polder.app.cli;

import dev.polder.kernel.model.EntityRef;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code polder logs NAME [-f]}: what a workload wrote, its builds included. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Print what a workload and its builds wrote.")
public final class LogsCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "NAME", description = "[NAMESPACE/]NAME of a workload.")
    private String name = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until interrupted.")
    private boolean follow;

    @Option(names = "--timestamps", description = "Print the time of each line.")
    private boolean timestamps;

    @Option(
            names = "--component",
            paramLabel = "ID",
            description = "Only the lines of this component of the app; repeatable.")
    private List<String> components = List.of();

    @Mixin
    private Api api;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        EntityRef ref = EntityRef.parse(name, "workload", EntityRef.DEFAULT_NAMESPACE);
        String path = "/api/polder/workloads/" + Api.encode(ref.namespace()) + "/" + Api.encode(ref.name())
                + "/logs/stream?after=0" + (follow ? "" : "&follow=false");
        api.events(path, (event, data) -> {
            if (event.equals("log")) {
                JsonNode line = Api.JSON.readTree(data);
                if (!components.isEmpty()
                        && !components.contains(line.path("component").asString(""))) {
                    return true;
                }
                out.println((timestamps ? line.path("at").asString("") + " " : "")
                        + line.path("text").asString(""));
                out.flush();
            }
            return !event.equals("end");
        });
        return 0;
    }
}

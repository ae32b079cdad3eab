package dev.polder.app.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code polder token}: a new token, shown once. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Make a token for a person or a program. It is shown once; only its hash is kept.")
public final class TokenCommand implements Callable<Integer> {

    @Option(names = "--label", defaultValue = "made by polder token", description = "What it is for.")
    private String label = "";

    @Option(
            names = "--subject",
            paramLabel = "REF",
            defaultValue = "user:default/admin",
            description = "Whom it stands for (default: ${DEFAULT-VALUE}).")
    private String subject = "";

    @Mixin
    private Api api;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        ObjectNode body = Api.JSON.createObjectNode().put("label", label).put("subject", subject);
        PrintWriter out = spec.commandLine().getOut();
        out.println(api.post("/api/polder/tokens", body).path("token").asString());
        out.flush();
        return 0;
    }
}

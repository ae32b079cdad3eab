package dev.polder.app.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code polder prune}: deletes stored files that nothing needs any more. */
@Command(
        name = "prune",
        mixinStandardHelpOptions = true,
        description = {
            "Delete stored files that nothing needs any more.",
            "",
            "Those of versions that are served or kept for a rollback, and the SBOMs of releases, are needed. Others are"
                    + " spared for store.unusedHours after their last use. A running Polder does this by itself, too."
        })
public final class PruneCommand implements Callable<Integer> {

    private static final double MIB = 1 << 20;

    @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
    private boolean dryRun;

    @Mixin
    private Api api;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        JsonNode use = dryRun
                ? api.get("/api/polder/blobs")
                : api.post("/api/polder/blobs/collect", Api.JSON.createObjectNode());
        long spared = number(use, "unused") - number(use, "due");
        PrintWriter out = spec.commandLine().getOut();
        out.println((use.path("deleted").asBoolean() ? "Deleted " : "Would delete ") + files(use, "due", "dueBytes")
                + " of " + files(use, "blobs", "bytes"));
        if (spared > 0) {
            out.println(spared + " more that nothing needs "
                    + (number(use, "sparedHours") == 0
                            ? "are kept for good (store.unusedHours is 0)"
                            : "are spared until " + number(use, "sparedHours") + " h after their last use"));
        }
        if (number(use, "missing") > 0) {
            out.println(number(use, "missing") + " that are needed are not there: restore them from a backup");
        }
        out.flush();
        return 0;
    }

    private static String files(JsonNode use, String count, String bytes) {
        return String.format(Locale.ROOT, "%d files (%.1f MiB)", number(use, count), number(use, bytes) / MIB);
    }

    private static long number(JsonNode use, String field) {
        return use.path(field).asLong(0);
    }
}

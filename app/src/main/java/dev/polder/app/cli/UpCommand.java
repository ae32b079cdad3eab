package dev.polder.app.cli;

import dev.polder.app.Composition;
import dev.polder.app.config.PolderConfig;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code polder up}: everything in one process, until Ctrl-C. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Start the portal, the Wasm host, the mesh and the evidence in this process, until Ctrl-C.")
public final class UpCommand implements Callable<Integer> {

    @Mixin
    private ConfigOptions options;

    @Option(names = "--verbose", description = "Log to the terminal what otherwise goes to the log file only.")
    private boolean verbose;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        PolderConfig config = options.read(System.getenv());
        logTo(config.dataDir(), verbose);
        CountDownLatch stopped = new CountDownLatch(1);
        Composition polder = Composition.start(config, slow -> {
            err.println("  " + slow);
            err.flush();
        });
        Thread hook = new Thread(
                () -> {
                    polder.close();
                    stopped.countDown();
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        banner(polder, out);
        stopped.await();
        return 0;
    }

    /** Must run before the first logger is made. */
    static void logTo(Path data, boolean verbose) {
        System.setProperty("polder.logs", data.toAbsolutePath().resolve("logs").toString());
        if (verbose) {
            System.setProperty("polder.log.terminal", "INFO");
        }
    }

    private static void banner(Composition polder, PrintWriter out) {
        out.println("  portal       " + polder.portalUrl() + "/");
        polder.gatewayUrls().forEach(url -> out.println("  gateway      " + url + "/"));
        out.println("  data         " + polder.data());
        out.println("  Wasm engine  " + polder.engine());
        polder.adminToken()
                .ifPresentOrElse(
                        token -> {
                            out.println("  admin token  " + token);
                            out.println("               (shown this once; './polder token' makes another)");
                        },
                        () -> out.println(
                                "  admin token  was shown at the first start; './polder token' makes another"));
        long millis = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        out.println(String.format(Locale.ROOT, "ready in %.1f s", millis / 1000.0));
        out.flush();
    }
}

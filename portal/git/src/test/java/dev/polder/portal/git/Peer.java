package dev.polder.portal.git;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.server.Accounts;
import dev.polder.kernel.server.CredentialStore;
import dev.polder.kernel.server.PolderServer;
import dev.polder.kernel.server.Principal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A served folder of repositories, and the real git client with settings of its own. */
final class Peer implements AutoCloseable {

    record Run(int exit, String output) {}

    final GitRepositories repositories;
    final PolderServer server;
    final String token;
    private final Path home;

    Peer(Path folder, GitLimits limits) throws IOException {
        home = Files.createDirectories(folder.resolve("home"));
        repositories = new GitRepositories(folder.resolve("git"), limits);
        Accounts accounts = new Accounts(CredentialStore.inMemory(), InstantSource.system(), Duration.ofHours(1), true);
        token = accounts.issueToken("test", EntityRef.of("user", "default", "jan"), Principal.Kind.USER);
        server = PolderServer.builder()
                .authenticator(accounts)
                .service("/git", GitHttpService::accessOf, new GitHttpService("/git", repositories))
                .start();
    }

    String url(String repository) {
        return url(repository, token);
    }

    String url(String repository, String password) {
        return "http://any:" + password + "@127.0.0.1:" + server.port() + "/git/" + repository + ".git";
    }

    String anonymousUrl(String repository) {
        return "http://127.0.0.1:" + server.port() + "/git/" + repository + ".git";
    }

    Run git(Path folder, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-c", "init.defaultBranch=main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        Path log = Files.createTempFile(home, "git", ".txt");
        builder.redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("HOME", home.toString());
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("GIT_AUTHOR_NAME", "Jan");
        environment.put("GIT_AUTHOR_EMAIL", "jan@example.org");
        environment.put("GIT_COMMITTER_NAME", "Jan");
        environment.put("GIT_COMMITTER_EMAIL", "jan@example.org");
        environment.put("LC_ALL", "C");
        environment
                .keySet()
                .removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("git " + arguments[0] + " did not end in 60 s");
        }
        return new Run(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    }

    String ok(Path folder, String... arguments) throws Exception {
        Run run = git(folder, arguments);
        if (run.exit() != 0) {
            throw new AssertionError("git " + List.of(arguments) + " ended with " + run.exit() + ":\n" + run.output());
        }
        return run.output();
    }

    @Override
    public void close() {
        server.close();
    }
}

package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.registry.Credentials;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs {@code docker-credential-NAME get}: the registry on its input, JSON with {@code Username} and {@code Secret} on
 * its output (the protocol of docker-credential-helpers).
 */
public final class CredentialProgram {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Duration TIME = Duration.ofSeconds(30);
    private static final long MAX_OUTPUT = 64 * 1024;

    /** The user name that says that the secret is a refresh token. */
    private static final String TOKEN_USER = "<token>";

    private CredentialProgram() {}

    /**
     * Asks a program for the credentials of a registry.
     *
     * @param namedBy the file and field that name the program, for messages
     * @throws Problem naming the program, when it cannot be run or answers wrongly
     */
    public static Credentials ask(String name, String registry, String namedBy) {
        if (!NAME.matcher(name).matches()) {
            throw Problem.invalid(namedBy + ": \"" + name + "\" (expected: the name of a program without a path)");
        }
        String program = "docker-credential-" + name;
        try {
            // files and not pipes: the program may fill or close either without blocking anybody
            Path output = Files.createTempFile("credential-", ".json");
            try {
                return run(program, registry, namedBy, output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw Problem.unavailable(
                    program + ", which " + namedBy + " names for " + registry + ", cannot be run: " + e.getMessage()
                            + " (expected: a program on the PATH)",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(
                    Problem.Code.CANCELLED, Problem.WhoFailed.CALLER, true, program + ": interrupted", null, e);
        }
    }

    private static Credentials run(String program, String registry, String namedBy, Path output)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program, "get")
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(registry.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(TIME.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Problem(
                        Problem.Code.DEADLINE,
                        Problem.WhoFailed.CALLER,
                        true,
                        program + ", which " + namedBy + " names, gave no answer within " + TIME.toSeconds() + " s",
                        null,
                        null);
            }
        } finally {
            process.destroyForcibly();
        }
        if (Files.size(output) > MAX_OUTPUT) {
            throw Problem.tooLarge(program + ": its answer is longer than " + MAX_OUTPUT + " bytes");
        }
        byte[] answer = Files.readAllBytes(output);
        if (process.exitValue() != 0) {
            // the protocol's only way to say that it knows no such registry
            if (new String(answer, StandardCharsets.UTF_8).contains("credentials not found")) {
                return new Credentials.Anonymous();
            }
            throw Problem.unavailable(
                    program + ", which " + namedBy + " names for " + registry + ", ended with exit code "
                            + process.exitValue() + " (expected: 0)",
                    null);
        }
        Fields fields = Fields.read(answer, program, Origin.SECRETS);
        String user = fields.text("Username");
        String secret = fields.text("Secret");
        return user.equals(TOKEN_USER) ? new Credentials.IdentityToken(secret) : new Credentials.Basic(user, secret);
    }
}

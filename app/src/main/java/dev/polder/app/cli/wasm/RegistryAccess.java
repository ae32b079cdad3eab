package dev.polder.app.cli.wasm;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.store.BlobStore;
import dev.polder.wasm.registry.CredentialSource;
import dev.polder.wasm.registry.Credentials;
import dev.polder.wasm.registry.DockerConfig;
import dev.polder.wasm.registry.Reference;
import dev.polder.wasm.registry.Registry;
import dev.polder.wasm.registry.RegistryOptions;
import dev.polder.wasm.registry.TransferEvent;
import dev.polder.wasm.registry.TransferListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the commands reach a registry. */
public final class RegistryAccess {

    private static final int MAX_PASSWORD = 64 * 1024;

    @Option(
            names = "--username",
            paramLabel = "NAME",
            description = "User name at the registry (default: the credentials that 'docker login' keeps).")
    private @Nullable String username;

    @Option(names = "--password-stdin", description = "Read the password or token from standard input.")
    private boolean passwordFromInput;

    @Option(
            names = {"-k", "--insecure"},
            description = "Speak plain HTTP with the registry (loopback needs no flag).")
    private boolean insecure;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM certificates to trust beside those of the system.")
    private @Nullable Path certificates;

    /** A client with the credentials that were given for this reference. */
    Registry open(Reference reference, BlobStore blobs) {
        CredentialSource others = DockerConfig.read(DockerConfig.defaultFile());
        RegistryOptions options = RegistryOptions.DEFAULT
                .withCredentials(credentials(reference, others))
                .withCertificateAuthority(certificates);
        return Registry.open(insecure ? options.withTransport(RegistryOptions.Transport.PLAIN) : options, blobs);
    }

    private CredentialSource credentials(Reference reference, CredentialSource others) {
        if (username == null && !passwordFromInput) {
            return others;
        }
        if (username == null || !passwordFromInput) {
            throw Problem.invalid("--username and --password-stdin: one without the other (expected: both)");
        }
        try {
            String password = new String(System.in.readNBytes(MAX_PASSWORD), StandardCharsets.UTF_8).strip();
            return CredentialSource.of(reference.registry(), new Credentials.Basic(username, password), others);
        } catch (IOException e) {
            throw Problem.unavailable("the password could not be read from standard input: " + e, e);
        }
    }

    /** Prints a line for each content. */
    static TransferListener told(PrintWriter out) {
        return event -> {
            String how = event.kind() == TransferEvent.Kind.PRESENT
                    ? ", there already"
                    : event.kind() == TransferEvent.Kind.DONE ? "" : null;
            if (how != null) {
                out.println("  " + event.digest().shortForm() + "  " + event.totalBytes() + " bytes" + how);
                out.flush();
            }
        };
    }
}

package dev.polder.wasm.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to reach registries.
 *
 * @param transport TLS or plain HTTP
 * @param credentials where credentials come from
 * @param certificateAuthority PEM certificates to trust beside those of the JDK, or null
 * @param hosts where the API of a registry is, for those that are reached under another host and port than their
 *     references say
 * @param connectTimeout for one connection
 * @param answerTimeout until a request's headers are there, and between two pieces of a body
 * @param deadline for one pull or push as a whole
 * @param retry what to do when a registry is busy or a connection breaks
 * @param guard asked about every address before it is
 */
public record RegistryOptions(
        Transport transport,
        CredentialSource credentials,
        @Nullable Path certificateAuthority,
        Map<String, String> hosts,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration deadline,
        Retry retry,
        AddressGuard guard) {

    /** Whether bytes and credentials travel in the clear. */
    public enum Transport {
        /** TLS, but plain HTTP to registries on this machine's loopback. */
        AUTO,
        /** TLS always. */
        TLS,
        /** Plain HTTP always: what {@code --insecure} asks for. */
        PLAIN
    }

    /**
     * Trying again, with pauses that double.
     *
     * @param attempts how often a request, or a blob, is tried in all
     * @param firstPause before the second attempt
     * @param longestPause no pause is longer; a registry that asks for a longer one ends the transfer
     */
    public record Retry(int attempts, Duration firstPause, Duration longestPause) {
        public Retry {
            if (attempts < 1) {
                throw new IllegalArgumentException("attempts: " + attempts + " (expected: 1 or more)");
            }
        }
    }

    /** Anonymous, TLS except on loopback, 10 s to connect, 30 s to answer, 10 minutes in all, 5 attempts. */
    public static final RegistryOptions DEFAULT = new RegistryOptions(
            Transport.AUTO,
            CredentialSource.anonymous(),
            null,
            Map.of(),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            new Retry(5, Duration.ofMillis(500), Duration.ofSeconds(60)),
            AddressGuard.NONE);

    public RegistryOptions {
        hosts = Map.copyOf(hosts);
    }

    public RegistryOptions withTransport(Transport to) {
        return new RegistryOptions(
                to, credentials, certificateAuthority, hosts, connectTimeout, answerTimeout, deadline, retry, guard);
    }

    public RegistryOptions withCredentials(CredentialSource to) {
        return new RegistryOptions(
                transport, to, certificateAuthority, hosts, connectTimeout, answerTimeout, deadline, retry, guard);
    }

    public RegistryOptions withCertificateAuthority(@Nullable Path to) {
        return new RegistryOptions(
                transport, credentials, to, hosts, connectTimeout, answerTimeout, deadline, retry, guard);
    }

    public RegistryOptions withHosts(Map<String, String> to) {
        return new RegistryOptions(
                transport,
                credentials,
                certificateAuthority,
                to,
                connectTimeout,
                answerTimeout,
                deadline,
                retry,
                guard);
    }

    public RegistryOptions withTimes(Duration answer, Duration whole, Retry again) {
        return new RegistryOptions(
                transport, credentials, certificateAuthority, hosts, connectTimeout, answer, whole, again, guard);
    }

    /** With somebody who refuses addresses. */
    public RegistryOptions withGuard(AddressGuard to) {
        return new RegistryOptions(
                transport,
                credentials,
                certificateAuthority,
                hosts,
                connectTimeout,
                answerTimeout,
                deadline,
                retry,
                to);
    }
}

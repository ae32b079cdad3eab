package dev.polder.wasm.capability;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two authorities, made by OpenSSL: the JVM of the tests trusts one of them and no other. Each issued a certificate for
 * {@code localhost} and no address.
 */
public final class TestTls {

    public static final TestTls TRUSTED = new TestTls("trusted");
    public static final TestTls UNKNOWN = new TestTls("unknown");

    final Path authority;
    final Path certificate;
    final Path key;

    private TestTls(String name) {
        try {
            Path folder = Files.createTempDirectory("polder-tls-" + name);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            authority = folder.resolve("ca.pem");
            certificate = folder.resolve("server.pem");
            key = folder.resolve("server.key");
            Path authorityKey = folder.resolve("ca.key");
            Path request = folder.resolve("server.csr");
            Path names = Files.writeString(folder.resolve("names"), "subjectAltName=DNS:localhost\n");
            run("req", "-x509", "-out", authority, "-keyout", authorityKey, "-days", "2", "-subj", "/CN=Test " + name);
            run("req", "-out", request, "-keyout", key, "-subj", "/CN=localhost");
            run(
                    "x509",
                    "-req",
                    "-in",
                    request,
                    "-CA",
                    authority,
                    "-CAkey",
                    authorityKey,
                    "-CAcreateserial",
                    "-out",
                    certificate,
                    "-days",
                    "2",
                    "-extfile",
                    names);
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
            for (Path file : List.of(authority, certificate)) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        } catch (Exception e) {
            throw new IllegalStateException("openssl could not make certificates", e);
        }
    }

    /** The authority's certificate, in PEM. */
    public Path authority() {
        return authority;
    }

    /** The server's certificate, in PEM. */
    public Path certificate() {
        return certificate;
    }

    /** The server's key, in PEM. */
    public Path key() {
        return key;
    }

    /** Who trusts this authority for {@code localhost} and {@code 127.0.0.1}, and no other. */
    public Authorities authorities() {
        return Authorities.of(List.of(new Authorities.Named(List.of("localhost", "127.0.0.1"), authority)));
    }

    private static void run(String command, Object... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("openssl", command));
        if (command.equals("req")) {
            all.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"));
        }
        for (Object word : words) {
            all.add(word.toString());
        }
        require(all);
    }

    static void require(List<String> command) throws Exception {
        Path log = Files.createTempFile("polder-setup", ".log");
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(command + " failed:\n" + Files.readString(log));
        }
        Files.delete(log);
    }

    /** Before anything in this JVM asks what is trusted. */
    static void trust() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            try (InputStream pem = Files.newInputStream(TRUSTED.authority)) {
                store.setCertificateEntry(
                        "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            }
            Path file = TRUSTED.authority.resolveSibling("trusted.p12");
            try (OutputStream out = Files.newOutputStream(file)) {
                store.store(out, "changeit".toCharArray());
            }
            System.setProperty("javax.net.ssl.trustStore", file.toString());
            System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
        } catch (Exception e) {
            throw new IllegalStateException("no trust store", e);
        }
    }
}

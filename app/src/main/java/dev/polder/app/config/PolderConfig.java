package dev.polder.app.config;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.SpiffeId;
import dev.polder.kernel.model.WorkloadRef;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that can be set, with what holds when nothing is. Immutable.
 *
 * <p>Sources, each overriding the one before: {@code polder.yaml}, {@code POLDER_*} in the environment ({@code
 * POLDER_PORTS_PORTAL} is {@code ports.portal}), flags. {@code toString} holds no secret.
 */
public record PolderConfig(
        @Setting("Where everything durable is kept.") Path dataDir,

        @Setting("The address to listen on; the default takes callers of this machine only.")
        InetAddress listen,

        @Setting("Names under which browsers may reach the portal, beside localhost and addresses.")
        List<String> hosts,

        @Setting(
                value = "Takes 13 consecutive ports from this one on instead of the usual ones; 0 does not.",
                max = 65535 - Ports.COUNT + 1)
        int portsFrom,

        @Setting("The ports.") Ports ports,
        @Setting("What the catalogue reads.") Catalog catalog,
        @Setting("The database.") StoreSettings store,
        @Setting("Who may come in.") Auth auth,

        @Setting("Identity and encryption between workloads.")
        Mesh mesh,

        @Setting("How guests run.") Wasm wasm,
        @Setting("How templates run.") Scaffolder scaffolder) {

    /** What holds when nothing is set. */
    public static final PolderConfig DEFAULT = new PolderConfig(
            Path.of(".polder"),
            InetAddress.getLoopbackAddress(),
            List.of(),
            0,
            Ports.USUAL,
            new Catalog(List.of(), List.of()),
            new StoreSettings(StoreSettings.Kind.SQLITE, null, null, null, 24),
            new Auth(false, 12, List.of()),
            new Mesh(SpiffeId.DEFAULT_TRUST_DOMAIN, 24, Mesh.SameProcess.MEMORY, new Tls(null, null)),
            new Wasm(
                    Wasm.Engine.AUTO,
                    Wasm.Limits.DEFAULT,
                    new Wasm.Outbound(List.of(), List.of()),
                    Map.of(),
                    300,
                    128,
                    600,
                    0,
                    0,
                    List.of(),
                    List.of(),
                    new Wasm.Events(8, 5, 500, 1000, 64),
                    new Wasm.Sources(List.of(), null, null),
                    List.of()),
            new Scaffolder(2, 1_800, List.of()));

    public PolderConfig {
        hosts = List.copyOf(hosts);
    }

    /**
     * What the catalogue reads.
     *
     * @param locations files, folders, globs or URLs; the sample company when empty
     * @param rules which kinds are taken; all when empty
     */
    public record Catalog(
            @Setting("Files, folders, globs or URLs of descriptors; the sample company when empty.")
            List<String> locations,

            @Setting("Which kinds are taken; all when empty.")
            List<Rule> rules) {

        /** Kinds that are taken. */
        public record Rule(
                @Setting(value = "Kinds such as Component.", required = true)
                List<String> allow) {
            public Rule {
                allow = List.copyOf(allow);
            }
        }

        public Catalog {
            locations = List.copyOf(locations);
            rules = List.copyOf(rules);
        }
    }

    /**
     * The database, SQLite in the data folder or a PostgreSQL elsewhere, and the files beside it.
     *
     * @param unusedHours how long a stored file is kept that nothing needs any more; 0 for good
     */
    public record StoreSettings(
            @Setting("Which database.") Kind kind,

            @Setting(value = "JDBC URL of the PostgreSQL.", pattern = "jdbc:postgresql:.+") @Nullable
            String url,

            @Setting("User name at the PostgreSQL.") @Nullable
            String user,

            @Setting("File that holds the password, and nothing else.") @Nullable
            Path passwordFile,

            @Setting(
                    value =
                            "Hours that a stored file, such as a component, is kept after its last use when nothing needs it"
                                    + " any more; 0 keeps all for good.",
                    max = 8760)
            int unusedHours) {

        /** Which database. */
        public enum Kind {
            SQLITE,
            POSTGRESQL
        }

        /**
         * The password, read now; empty when no file is named.
         *
         * @throws Problem INVALID when the file cannot be read
         */
        public Secret password() {
            return new Secret(passwordFile == null ? "" : secretIn(passwordFile, "store.passwordFile"));
        }
    }

    /** Who may come in. */
    public record Auth(
            @Setting("Whether callers without a token may read; --dev sets it.")
            boolean guests,

            @Setting(value = "Hours a sign-in lasts.", min = 1, max = 8760)
            int sessionHours,

            @Setting("Tokens of programs.") List<Token> tokens) {
        public Auth {
            tokens = List.copyOf(tokens);
        }
    }

    /** A program's token; the text itself or a file that holds it. */
    public record Token(
            @Setting(value = "What it is for.", required = true)
            String name,

            @Setting("The token itself, at least 16 characters; better use tokenFile.") @Nullable
            Secret token,

            @Setting("File that holds the token, and nothing else.") @Nullable
            Path tokenFile,

            @Setting(
                    value = "Whom it speaks for, such as user:default/ci.",
                    pattern = "[^:/\\s]+:([^:/\\s]+/)?[^:/\\s]+",
                    required = true)
            String subject) {

        private static final int LEAST = 16;

        /**
         * The token, read now.
         *
         * @throws Problem INVALID when it cannot be read or is short enough to be guessed
         */
        public Secret secret() {
            String text = token != null ? token.reveal() : tokenFile == null ? "" : secretIn(tokenFile, name);
            if (text.length() < LEAST) {
                throw Problem.invalid("auth.tokens " + name + ": " + text.length() + " characters (expected: at least "
                        + LEAST + ")");
            }
            return new Secret(text);
        }
    }

    /** Identity and encryption between workloads. */
    public record Mesh(
            @Setting(value = "Trust domain of every identity.", pattern = "[a-z0-9][a-z0-9._-]{0,254}")
            String trustDomain,

            @Setting(value = "Hours a workload's certificate is good for.", min = 1, max = 720)
            int svidHours,

            @Setting(
                    "How tunnels between workloads of this process carry bytes once mutual TLS opened them: memory, or tls.")
            SameProcess sameProcess,

            @Setting("The gateway's own certificate; the mesh's authority issues one when none is given.")
            Tls tls) {

        /**
         * How tunnels between two workloads of this process carry bytes. Both are opened by the handshake of mutual TLS and
         * CONNECT: memory then hands the bytes over, tls enciphers and deciphers them as between machines.
         */
        public enum SameProcess {
            MEMORY,
            TLS
        }
    }

    /** A certificate chain and its key, both PEM; both or neither. */
    public record Tls(
            @Setting("PEM file with the chain.") @Nullable Path certificate,

            @Setting("PEM file with the PKCS#8 key.") @Nullable
            Path key) {}

    /** How guests run. */
    public record Wasm(
            @Setting("Which engine; auto takes Wasmtime where its library is there.")
            Engine engine,

            @Setting("What an app may use; of one request where nothing else is said.")
            Limits limits,

            @Setting("Which networks apps reach, whatever their manifests allow.")
            Outbound outbound,

            @Setting("Apps that differ, by NAME or NAMESPACE/NAME.")
            Map<String, App> apps,

            @Setting(
                    value = "Seconds without a request after which an app lets go of its code; 0 for never.",
                    max = 86_400)
            int idleSeconds,

            @Setting(
                    value =
                            "MiB of code of apps that let go of it that stay loaded, so that they wake at once; 0 for none. The"
                                    + " code of those that are idle longest leaves first.",
                    max = 1_048_576)
            int idleCodeMiB,

            @Setting(value = "Seconds for one build, fetching included.", min = 1, max = 3600)
            int buildSeconds,

            @Setting(value = "Threads that run guests; 0 for four a processor.", max = 1024)
            int poolSize,

            @Setting(
                    value =
                            "MiB that the memories of all guests may take; 0 for half of what the machine has beside the"
                                    + " heap. Half of it for one app.",
                    max = 16_777_216)
            int guestMemoryMiB,

            @Setting("Stores of apps that are not in the data folder.")
            List<Store> stores,

            @Setting("Who vouches for servers of stores, triggers and apps, where Java's trust store does not.")
            List<Authority> authorities,

            @Setting("How events that are no requests are delivered.")
            Events events,

            @Setting("Where wasm files come from that a manifest names by URL or registry.")
            Sources sources,

            @Setting("Values of apps' variables, beside those that 'polder wasm up --variable' keeps; none when empty.")
            List<VariableSource> variables) {

        /** Where the key-value stores of a label, or a container of blobs, are kept. */
        public record Store(
                @Setting(
                        value = "Label of key-value stores or name of a container of blobs, as apps have it.",
                        required = true)
                String name,

                @Setting(value = "What keeps it: keys are in redis or nats, blobs in s3.", required = true) @Nullable
                Backend type,

                @Setting("URL such as rediss://host:port/database or nats://host:port; for S3 Amazon's when not set.")
                @Nullable
                String address,

                @Setting("User name, or the access key of S3.") @Nullable
                String user,

                @Setting("File that holds the password, token or secret key, and nothing else.") @Nullable
                Path passwordFile,

                @Setting("Bucket of S3; what names of buckets of NATS begin with, polder when not set.") @Nullable
                String bucket,

                @Setting("Region of S3; us-east-1 when not set.") @Nullable
                String region,

                @Setting("What keys of S3 begin with.") @Nullable
                String prefix,

                @Setting("Whether all apps that use the name share one store; otherwise each has its own part.")
                boolean shared) {

            /** What keeps it. */
            public enum Backend {
                EMBEDDED,
                REDIS,
                NATS,
                S3
            }

            /**
             * The password, read now; empty when no file is named.
             *
             * @throws Problem INVALID when the file cannot be read
             */
            public Secret password() {
                return new Secret(passwordFile == null ? "" : secretIn(passwordFile, "wasm.stores " + name));
            }
        }

        /**
         * Where variables of some apps have values.
         *
         * @param apps workloads, {@code NAMESPACE/*}, or {@code *} for all
         * @param environment prefix of names in Polder's environment
         * @param file TOML with a text for each name
         * @param vault asked after these
         * @param azureKeyVault asked after these
         */
        public record VariableSource(
                @Setting(value = "Workloads that see them: NAMESPACE/NAME, NAMESPACE/* or *.", required = true)
                List<String> apps,

                @Setting("Prefix of names in Polder's environment, such as SPIN_VARIABLE_ or SHOP_.") @Nullable
                String environment,

                @Setting("TOML file of NAME = \"VALUE\", readable by its owner only.") @Nullable
                Path file,

                @Setting("A Vault or OpenBao, asked whenever a guest asks.") @Nullable
                Vault vault,

                @Setting("An Azure Key Vault, asked whenever a guest asks.") @Nullable
                AzureKeyVault azureKeyVault) {
            public VariableSource {
                apps = List.copyOf(apps);
            }

            /** A secrets engine of the kind KV, version 2; the value is the field {@code value} of NAME. */
            public record Vault(
                    @Setting(value = "Where it is: https://vault.corp:8200.", required = true)
                    String url,

                    @Setting(
                            value = "File that holds the token, and nothing else; read whenever it is asked.",
                            required = true)
                    @Nullable
                    Path tokenFile,

                    @Setting(value = "Where the engine is mounted: secret.", required = true)
                    String mount,

                    @Setting("What stands before the names, such as shop.") @Nullable
                    String prefix) {
                /**
                 * The token, read now.
                 *
                 * @throws Problem INVALID when the file cannot be read
                 */
                public Secret token() {
                    return new Secret(tokenFile == null ? "" : secretIn(tokenFile, "wasm.variables.vault"));
                }
            }

            /** The value is the secret NAME, with hyphens for underscores. */
            public record AzureKeyVault(
                    @Setting(value = "Where it is: https://NAME.vault.azure.net.", required = true)
                    String url,

                    @Setting("Id of the tenant; without tenant and secret the machine's own identity asks.") @Nullable
                    String tenant,

                    @Setting("Id of the service principal, or of the machine's identity where it has several.")
                    @Nullable
                    String client,

                    @Setting("File that holds the client's secret, and nothing else; read when a token is needed.")
                    @Nullable
                    Path secretFile,

                    @Setting("Where tokens come from; Azure's public cloud, or the machine itself, when not set.")
                    @Nullable
                    String authority) {
                /**
                 * The client's secret, read now.
                 *
                 * @throws Problem INVALID when the file cannot be read
                 */
                public Secret secret() {
                    return new Secret(secretFile == null ? "" : secretIn(secretFile, "wasm.variables.azureKeyVault"));
                }
            }

            /** Whether a workload sees them. */
            public boolean isFor(WorkloadRef workload) {
                return apps.stream()
                        .anyMatch(app -> app.equals("*")
                                || app.equals(workload.namespace() + "/*")
                                || app.equals(workload.toString()));
            }
        }

        /**
         * Where wasm files come from that are not in a folder.
         *
         * @param networks addresses and networks that are asked although they are not public
         * @param registry host of the packages that name no registry
         * @param dockerConfig file with credentials for registries
         */
        public record Sources(
                @Setting("Networks that are asked although they are not public, such as 127.0.0.0/8 or 10.0.0.0/8.")
                List<String> networks,

                @Setting("Registry of the packages that name none, such as registry.example:5000.") @Nullable
                String registry,

                @Setting("Docker's config.json with credentials for registries; nobody's when not set.") @Nullable
                Path dockerConfig) {
            public Sources {
                networks = List.copyOf(networks);
            }
        }

        /** Which engine. */
        public enum Engine {
            AUTO,
            WASMTIME,
            ENDIVE
        }

        public Wasm {
            stores = List.copyOf(stores);
            authorities = List.copyOf(authorities);
            apps = Map.copyOf(apps);
            variables = List.copyOf(variables);
        }

        private @Nullable App own(WorkloadRef workload) {
            App own = apps.get(workload.toString());
            return own == null && workload.namespace().equals("default") ? apps.get(workload.name()) : own;
        }

        /** What an app may use. */
        public Limits limitsOf(WorkloadRef workload) {
            App own = own(workload);
            return own == null ? limits : own.limits();
        }

        /** Which networks an app reaches. */
        public Outbound outboundOf(WorkloadRef workload) {
            App own = own(workload);
            return own == null ? outbound : own.outbound();
        }

        /** An app that differs from the others. */
        public record App(
                @Setting("What this app may use; what is not written is as for all.")
                Limits limits,

                @Setting("Which networks this app reaches; what is not written is as for all.")
                Outbound outbound) {}

        /**
         * Which networks apps reach, over {@code allowed_outbound_hosts}.
         *
         * @param networks to which names may lead although they are not public
         * @param blocked out of reach in any case
         */
        public record Outbound(
                @Setting("To what names may lead although it is not public: addresses, networks such as 10.0.0.0/8,"
                        + " private, loopback. Metadata services of clouds only by their very address.")
                List<String> networks,

                @Setting("What no manifest can allow: addresses, networks, or private for all that is not public.")
                List<String> blocked) {
            public Outbound {
                networks = List.copyOf(networks);
                blocked = List.copyOf(blocked);
            }
        }

        /**
         * Who vouches for some hosts, instead of whom Java trusts.
         *
         * @param hosts names, addresses, {@code *.NAME} or {@code *}
         * @param caFile certificates of authorities in PEM
         */
        public record Authority(
                @Setting(value = "Hosts: names, addresses, *.corp for the names under one, or *.", required = true)
                List<String> hosts,

                @Setting(
                        value = "PEM file with the certificates of their authorities; no others count.",
                        required = true)
                @Nullable
                Path caFile) {
            public Authority {
                hosts = List.copyOf(hosts);
            }
        }

        /** How events of Redis, cron, MQTT and message brokers are delivered. */
        public record Events(
                @Setting(value = "Events of one trigger that are handled at once.", min = 1, max = 256)
                int concurrency,

                @Setting(value = "Attempts that an event gets before it is a dead letter.", min = 1, max = 100)
                int attempts,

                @Setting(
                        value = "Milliseconds before the second attempt; doubled for each one after it, up to 30 s.",
                        min = 1,
                        max = 30_000)
                int backoffMillis,

                @Setting(value = "Dead letters kept for an app; the oldest make place.", min = 1, max = 100_000)
                int deadLetters,

                @Setting(value = "Their payloads in MiB.", min = 1, max = 4096)
                int deadLetterMiB) {}

        /** What an app may use. */
        public record Limits(
                @Setting(value = "Memory of one instance in MiB.", min = 1, max = 4095)
                int memoryMiB,

                @Setting(value = "Time of one request in milliseconds.", min = 10, max = 3_600_000)
                int wallMillis,

                @Setting(value = "Output of one request in MiB, where it is held in memory.", min = 1, max = 1024)
                int outputMiB,

                @Setting(value = "Elements of one table of an instance.", min = 0, max = 10_000_000)
                int tableElements,

                @Setting(
                        value = "Processor time of one request in milliseconds; waiting does not count.",
                        min = 10,
                        max = 3_600_000)
                int cpuMillis,

                @Setting(value = "Body of one request in MiB.", min = 0, max = 1024)
                int bodyMiB,

                @Setting(value = "Requests that run or wait at once.", min = 1, max = 1_000_000)
                int concurrency,

                @Setting(value = "Files, streams, headers and the like open at a time.", min = 16, max = 1_000_000)
                int handles,

                @Setting(value = "Headers of one message in KiB.", min = 1, max = 1024)
                int headerKiB,

                @Setting(value = "Sockets open at a time.", min = 0, max = 10_000)
                int sockets,

                @Setting(value = "Outgoing HTTP requests under way at a time.", min = 0, max = 10_000)
                int outboundRequests,

                @Setting(
                        value = "Connections to Redis and databases at a time, of all instances.",
                        min = 0,
                        max = 10_000)
                int connections,

                @Setting(value = "Log of one request in KiB, for each stream.", min = 0, max = 1024 * 1024)
                int logKiB,

                @Setting(value = "Log of an app in KiB a second.", min = 0, max = 1024 * 1024)
                int logKiBPerSecond,

                @Setting(
                        value = "Requests that one instance of a component serves; 1 for a new instance each time.",
                        min = 1,
                        max = 1_000_000_000)
                int instanceRequests) {

            /** What holds when nothing is set. */
            public static final Limits DEFAULT =
                    new Limits(128, 10_000, 8, 100_000, 10_000, 10, 1_024, 1_024, 128, 64, 32, 128, 64, 256, 1);
        }
    }

    /** How templates run. */
    public record Scaffolder(
            @Setting(value = "Tasks that run at a time.", min = 1, max = 64)
            int concurrency,

            @Setting(value = "Seconds after which a task is stopped.", min = 1, max = 86_400)
            int taskTimeoutSeconds,

            @Setting("Hosts from which templates may fetch; none when empty.")
            List<String> allowedHosts) {
        public Scaffolder {
            allowedHosts = List.copyOf(allowedHosts);
        }
    }

    /**
     * Reads and checks.
     *
     * @param file the YAML file, or null for none
     * @param environment the process's environment
     * @param flags values by dotted key, such as {@code ports.portal}; text, numbers, booleans or lists of text
     * @throws Problem INVALID that tells every mistake with its place; NOT_FOUND when the file is not there
     */
    public static PolderConfig read(@Nullable Path file, Map<String, String> environment, Map<String, ?> flags) {
        return ConfigReader.read(file, environment, flags);
    }

    /** The JSON Schema (2020-12) of {@code polder.yaml}. */
    public static ObjectNode schema() {
        return SchemaWriter.of(DEFAULT);
    }

    /** The same on {@link Ports#COUNT} consecutive ports. */
    public PolderConfig portsFrom(int first) {
        return new PolderConfig(
                dataDir, listen, hosts, first, Ports.from(first), catalog, store, auth, mesh, wasm, scaffolder);
    }

    private static String secretIn(Path file, String what) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new Problem(
                    Problem.Code.INVALID,
                    Problem.WhoFailed.CALLER,
                    false,
                    what + ": " + file + " cannot be read (expected: a file that holds the secret)",
                    null,
                    e);
        }
    }
}

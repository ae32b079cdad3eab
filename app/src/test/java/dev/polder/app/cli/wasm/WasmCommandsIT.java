package dev.polder.app.cli.wasm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.app.Composition;
import dev.polder.app.FreePorts;
import dev.polder.app.Polder;
import dev.polder.app.config.PolderConfig;
import dev.polder.wasm.capability.SecretKeepers;
import dev.polder.wasm.registry.RegistryProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person who writes Wasm apps does, against a whole Polder and a real registry. */
class WasmCommandsIT {

    /** A WASI command that writes the 42 bytes which follow, without them. */
    private static final String HEAD =
            "AGFzbQEAAAABDAJgBH9/f38Bf2AAAAIjARZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxCGZkX3dyaXRlAAADAgEBBQMBAAEHEwIGbWVtb3J5AgAGX3N0YXJ0AAEKDwENAEEBQQBBAUEQEAAaCws+AgBBAAsIQAAAACoAAAAAQcAACyo=";

    private static final String MANIFEST = """
            spin_manifest_version = 2
            [application]
            name = "Shop Front"
            version = "1.2.0"
            [variables]
            colour = { default = "red" }
            [[trigger.http]]
            route = "/..."
            component = "front"
            executor = { type = "wagi" }
            [component.front]
            source = "front.wasm"
            files = [{ source = "assets", destination = "/assets" }]
            [component.front.variables]
            paint = "{{ colour }}"
            [component.front.build]
            command = "sh build.sh"
            watch = ["*.txt", "build.sh"]
            """;
    private static final String BUILD = """
            if grep -q BROKEN message.txt; then echo "message.txt:3: no such word: BROKEN" >&2; exit 1; fi
            { base64 -d head.b64; cat message.txt; } > front.wasm
            """;

    @TempDir
    static Path temporary;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static Composition polder;
    private static Path data;
    private static int firstPort;

    private final StringWriter said = new StringWriter();

    @BeforeAll
    static void start() throws IOException {
        data = temporary.resolve("data");
        firstPort = FreePorts.first();
        polder = Composition.start(PolderConfig.read(
                null,
                Map.of(),
                Map.of(
                        "dataDir", data.toString(),
                        "portsFrom", firstPort,
                        "wasm.sources.networks", List.of("127.0.0.0/8"))));
    }

    @AfterAll
    static void stop() {
        if (polder != null) {
            polder.close();
        }
    }

    /** An app whose only source is a text, and whose compiler is a shell. */
    private static Path app(String name) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name));
        Files.writeString(folder.resolve("spin.toml"), MANIFEST);
        Files.writeString(folder.resolve("head.b64"), HEAD);
        Files.writeString(folder.resolve("build.sh"), BUILD);
        Files.createDirectories(folder.resolve("assets/css"));
        Files.writeString(folder.resolve("assets/css/a.css"), "body {}");
        write(folder, "hello from one !");
        return folder;
    }

    private static void write(Path folder, String sixteen) throws IOException {
        assertThat(sixteen).hasSize(16);
        Path next = folder.resolve("message.tmp");
        Files.writeString(next, "Content-Type: text/plain\n\n" + sixteen);
        Files.move(next, folder.resolve("message.txt"), StandardCopyOption.REPLACE_EXISTING);
    }

    private int run(String... arguments) {
        PrintWriter out = new PrintWriter(said, true);
        CommandLine line = Polder.commandLine().setOut(out).setErr(out);
        List<String> all = new ArrayList<>(List.of("wasm"));
        all.addAll(List.of(arguments));
        return line.execute(all.toArray(String[]::new));
    }

    private void ran(String... arguments) {
        assertThat(run(arguments)).as(said.toString()).isZero();
    }

    private static String served(String workload) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway() + "/"))
                .header("host", workload + ".default.localhost")
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** At once: who is told the URL may use it. */
    private static void serves(String workload) throws IOException, InterruptedException {
        assertThat(served(workload)).isEqualTo("hello from one !");
    }

    private static String gateway() {
        return polder.gatewayUrls().getFirst().replace("localhost", "127.0.0.1");
    }

    private static HttpResponse<String> api(String method, String path, String type, byte[] body, boolean token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(polder.portalUrl() + "/api/polder" + path))
                .header("content-type", type)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (token) {
            request.header(
                    "authorization",
                    "Bearer " + Files.readString(data.resolve("local.token")).strip());
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void upBuildsDeploysAndSaysWhere() throws Exception {
        Path folder = app("up");

        ran("build", "-f", folder.toString());
        assertThat(said.toString()).contains("$ sh build.sh", "front: 170 bytes, ");
        said.getBuffer().setLength(0);
        ran("build", "--from-file", folder.resolve("spin.toml").toString(), "-c", "front");
        assertThat(said.toString()).contains("$ sh build.sh", "front: 170 bytes, ");
        assertThat(run("build", "-f", folder.toString(), "-c", "frnt")).isEqualTo(1);
        assertThat(said.toString()).contains("component \"frnt\" (expected one of: front)");
        Path config = Files.writeString(temporary.resolve("runtime-config.toml"), """
                [[variable_provider]]
                type = "static"
                values = { colour = "red" }
                [key_value_store.default]
                type = "redis"
                """);
        String[] up = {
            "up",
            "-f",
            folder.resolve("spin.toml").toString(),
            "--data",
            data.toString(),
            "--runtime-config-file",
            config.toString()
        };
        assertThat(run(up)).isEqualTo(1);
        assertThat(said.toString()).contains("runtime-config.toml:5:1 (key_value_store.default.type): \"redis\"");
        Files.writeString(config, Files.readString(config).replace("redis", "spin"));
        ran(up);

        assertThat(said.toString()).contains("SBOM: ", "http://shop-front.default.localhost:", "/...  front");
        serves("shop-front");
        assertThat(api("GET", "/workloads/default/shop-front/variables", "application/json", new byte[0], true)
                        .body())
                .isEqualTo("{\"items\":[],\"providers\":[\"static\"]}");
        assertThat(Files.getPosixFilePermissions(data.resolve("apps/default/shop-front/providers.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));

        ran("up", "-f", folder.toString(), "--data", data.toString(), "--variable", "colour=blue");
        Path several = Files.writeString(temporary.resolve("values.json"), "{\"colour\": \"green\"}");
        said.getBuffer().setLength(0);
        ran("up", "--from", folder.toString(), "--data", data.toString(), "--variable", "@" + several, "--quiet");
        assertThat(said.toString()).doesNotContain("$ sh build.sh", "SBOM: ").contains("/...  front");
        assertThat(run("up", "-f", folder.toString(), "--data", data.toString(), "--variable", "colour"))
                .isEqualTo(1);
        assertThat(said.toString()).contains("(expected: NAME=VALUE, NAME=@FILE, @FILE.toml or @FILE.json)");
        assertThat(run("up", "-f", folder.toString(), "--data", data.toString(), "--variable", "Colour=blue"))
                .isEqualTo(1);
        assertThat(said.toString()).contains("variable name \"Colour\" (expected: lower-case words joined by _)");
    }

    @Test
    void aVaultHasTheValuesAndIsNamedWhenItHasThemNot() throws Exception {
        Path folder = app("vaulted");
        Files.writeString(
                folder.resolve("spin.toml"),
                MANIFEST.replace("{ default = \"red\" }", "{ required = true, secret = true }"));
        SecretKeepers vault = new SecretKeepers();
        Path config =
                Files.writeString(temporary.resolve("vault.toml"), """
                [[config_provider]]
                type = "vault"
                url = "%s"
                token = "%s"
                mount = "secret"
                prefix = "shop"
                """.formatted(vault.url(), SecretKeepers.TOKEN));
        String[] up = {
            "up",
            "-f",
            folder.toString(),
            "--data",
            data.toString(),
            "--name",
            "vaulted",
            "--runtime-config-file",
            config.toString()
        };
        try (vault) {
            assertThat(run(up)).isEqualTo(1);
            assertThat(said.toString())
                    .contains("variables: vault " + vault.url())
                    .contains("\"colour\" has neither a default nor a value of a provider");
            vault.put("secret/data/shop/colour", "{\"value\":\"b1ue\"}");
            ran(up);
            serves("vaulted");
            assertThat(vault.asked()).contains("GET /v1/secret/data/shop/colour");
        }
        assertThat(run(up)).isEqualTo(1);
        assertThat(said.toString())
                .contains("variable \"colour\": vault " + vault.url() + ": connection refused")
                .doesNotContain(SecretKeepers.TOKEN)
                .doesNotContain("b1ue");
        HttpResponse<String> shown =
                api("GET", "/workloads/default/vaulted/variables", "application/json", new byte[0], true);
        assertThat(shown.body()).isEqualTo("{\"items\":[],\"providers\":[\"vault " + vault.url() + "\"]}");
        byte[] wrong =
                "[{\"type\":\"vault\",\"url\":\"https://v\",\"token\":\"hunter2\",\"mnt\":\"x\"}]".getBytes(UTF_8);
        HttpResponse<String> refused =
                api("PUT", "/workloads/default/vaulted/variables/providers", "application/json", wrong, true);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("vault: no mount").doesNotContain("hunter2");
        assertThat(api("PUT", "/workloads/default/vaulted/variables/providers", "application/json", wrong, false)
                        .statusCode())
                .isEqualTo(401);
    }

    /** As in a Cargo workspace: what is built stands outside of the app's folder. */
    @Test
    void anAppOfAWorkspaceServesInTheProfileThatIsAskedFor() throws Exception {
        Path folder = app("space/apps/shop");
        Files.createDirectory(temporary.resolve("space/target"));
        Files.writeString(
                folder.resolve("build.sh"),
                "{ base64 -d head.b64; sed \"s/one/$1/\" message.txt; } > ../../target/front.wasm\n");
        Files.writeString(
                folder.resolve("spin.toml"),
                MANIFEST.replace("\"front.wasm\"", "\"../../target/front.wasm\"")
                                .replace("build.sh\"", "build.sh one\"")
                        + "[component.front.profile.loud]\nbuild.command = \"sh build.sh ONE\"\n");
        String[] up = {"up", "-f", folder.toString(), "--data", data.toString(), "--name", "spacious"};
        ran(up);
        serves("spacious");
        ran(concat(up, "--profile", "loud"));
        assertThat(served("spacious")).isEqualTo("hello from ONE !");
        assertThat(run(concat(up, "--profile", "quiet"))).isEqualTo(1);
        assertThat(said.toString()).contains("profile \"quiet\" (expected one that a component defines: loud)");
    }

    private static String[] concat(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void storesAreFilledBeforeTheAppIsDeployed() throws Exception {
        Path folder = app("filled");
        assertThat(run("up", "-f", folder.toString(), "--data", data.toString(), "--key-value", "a=b"))
                .isEqualTo(1);
        assertThat(said.toString())
                .contains("--key-value: no component has the store (expected: key_value_stores = [\"default\"]");
        Files.writeString(
                folder.resolve("spin.toml"),
                MANIFEST.replace(
                        "source = \"front.wasm\"",
                        "source = \"front.wasm\"\nkey_value_stores = [\"default\"]\nsqlite_databases = [\"default\"]"));
        Path sql = Files.writeString(
                temporary.resolve("migration.sql"), "CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1);");
        ran(
                "up",
                "-f",
                folder.toString(),
                "--data",
                data.toString(),
                "--name",
                "filled",
                "--key-value",
                "a=b",
                "--key-value",
                "c=@d",
                "--sqlite",
                "@" + sql,
                "--sqlite",
                "INSERT INTO t VALUES (2)");
        assertThat(api("GET", "/workloads/default/filled/app", "application/json", new byte[0], true)
                        .body())
                .contains("{\"kind\":\"key-value\",\"label\":\"default\",\"keys\":2");
        assertThat(run(
                        "up",
                        "-f",
                        folder.toString(),
                        "--data",
                        data.toString(),
                        "--sqlite",
                        "SELECT 1; ATTACH 'x' AS y"))
                .isEqualTo(1);
        assertThat(said.toString()).contains("statement 2 of 2: a statement that begins with ATTACH");
        byte[] wrong = "{\"sql\": [7]}".getBytes(UTF_8);
        assertThat(api("POST", "/workloads/default/filled/data", "application/json", wrong, true)
                        .statusCode())
                .isEqualTo(400);
        assertThat(api("POST", "/workloads/default/filled/data", "application/json", wrong, false)
                        .statusCode())
                .isEqualTo(401);
    }

    /** What fingers that know spin type. */
    @Test
    void habitsOfSpinAreAnsweredWithWhatStandsInTheirPlace() {
        assertThat(run("up", "--listen", "127.0.0.1:3000")).isEqualTo(2);
        assertThat(said.toString()).contains("there is no --listen here: the gateway serves every app");
        assertThat(run("up", "-e", "A=b")).isEqualTo(2);
        assertThat(said.toString()).contains("there is no -e here: write [component.ID.environment]");
        assertThat(run("build", "--up")).isEqualTo(2);
        assertThat(said.toString()).contains("'polder wasm up' builds and runs");
        assertThat(run("registry", "login", "registry.example.com")).isEqualTo(2);
        assertThat(said.toString()).contains("there is no 'login' here: push, pull and deploy use the credentials of");
        assertThat(run("up", "--follow", "front")).isEqualTo(2);
        assertThat(said.toString()).contains("'polder logs NAME -f --component ID' what one does");
        assertThat(run("up", "--state-dir", "x")).isEqualTo(2);
        assertThat(said.toString()).contains("there is no --state-dir here: what apps keep is in Polder's data folder");
        assertThat(run("watch", "--listen", "127.0.0.1:3000")).isEqualTo(2);
        assertThat(run("new", "-t", "http-rust", "shop")).isEqualTo(2);
        assertThat(said.toString())
                .contains("there is no 'new' here: 'polder create TEMPLATE' and the portal make apps");
        PrintWriter out = new PrintWriter(said, true);
        assertThat(Polder.commandLine().setOut(out).setErr(out).execute("build", "-f", "shop"))
                .isEqualTo(2);
        assertThat(said.toString()).contains("there is no 'build' here: 'polder wasm build' is what you mean");
        assertThat(run("up", "--lisen=1")).isEqualTo(2);
        assertThat(said.toString()).contains("Unknown option: '--lisen=1'");
    }

    @Test
    void rollbackServesAnEarlierVersionAgain() throws Exception {
        Path folder = app("back");
        ran("up", "-f", folder.toString(), "--data", data.toString(), "--name", "back");
        serves("back");
        write(folder, "hello from two !");
        ran("up", "-f", folder.toString(), "--data", data.toString(), "--name", "back");
        assertThat(served("back")).isEqualTo("hello from two !");

        ran("rollback", "back", "--data", data.toString());
        assertThat(served("back")).isEqualTo("hello from one !");
        assertThat(said.toString()).containsPattern("Serving [0-9a-f]{7} at http://back.default.localhost:");
        ran("rollback", "default/back", "--to", "2", "--data", data.toString());
        assertThat(served("back")).isEqualTo("hello from two !");

        ran("rollback", "back", "--list", "--data", data.toString());
        assertThat(said.toString())
                .containsPattern("4 +serving +[0-9a-f]{7} .* rollback +no\n3 +replaced .* rollback +yes\n"
                        + "2 +replaced .* archive +no\n1 +replaced .* archive +yes");
        assertThat(run("rollback", "back", "--to", "9", "--data", data.toString()))
                .isEqualTo(1);
        assertThat(said.toString()).contains("version 9 is not kept (expected: one of 3, 1)");
        String path = "/workloads/default/back/rollback";
        assertThat(api("POST", path, "application/json", "{\"to\": \"one\"}".getBytes(UTF_8), true)
                        .statusCode())
                .isEqualTo(400);
        assertThat(api("POST", path, "application/json", new byte[0], false).statusCode())
                .isEqualTo(401);
    }

    @Test
    void watchBuildsAtEachChangeAndKeepsWhatServes() throws Exception {
        Path folder = app("watch");
        Thread watching = Thread.ofVirtual()
                .start(() -> run("watch", "-f", folder.toString(), "--data", data.toString(), "--name", "watched"));

        await("the first version", () -> served("watched").equals("hello from one !"));
        await("watching", () -> said.toString().contains("watching "));
        write(folder, "hello from two !");
        await("the second version", () -> served("watched").equals("hello from two !"));
        write(folder, "this is BROKEN !");
        await("the words", () -> said.toString().contains("the version before serves on"));
        assertThat(said.toString()).contains("changed: message.txt", "message.txt:3: no such word: BROKEN");
        assertThat(served("watched")).isEqualTo("hello from two !");
        write(folder, "hello from three");
        await("the third version", () -> served("watched").equals("hello from three"));

        watching.interrupt();
        assertThat(watching.join(Duration.ofSeconds(20))).isTrue();
    }

    /** Somebody else builds, such as an editor. */
    @Test
    void watchTakesWhatOthersBuilt() throws Exception {
        Path folder = app("others");
        ran("build", "-f", folder.toString());
        said.getBuffer().setLength(0);
        String[] watch = {
            "watch",
            "-f",
            folder.toString(),
            "--data",
            data.toString(),
            "--name",
            "others",
            "--skip-build",
            "--clear",
            "-d",
            "20"
        };
        Thread watching = Thread.ofVirtual().start(() -> run(watch));
        await("the first version", () -> served("others").equals("hello from one !"));
        await("watching", () -> said.toString().contains("watching "));
        byte[] wasm = Files.readAllBytes(folder.resolve("front.wasm"));
        Files.write(
                folder.resolve("front.wasm"),
                new String(wasm, ISO_8859_1).replace("one", "two").getBytes(ISO_8859_1));
        await("the second version", () -> served("others").equals("hello from two !"));
        assertThat(said.toString()).contains("changed: front.wasm", "\033[2J").doesNotContain("$ sh build.sh");

        watching.interrupt();
        assertThat(watching.join(Duration.ofSeconds(20))).isTrue();
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(30))
                .until(condition);
    }

    @Test
    void anAppGoesToARegistryAndBack() throws Exception {
        Path folder = app("pushed");
        ran("build", "-f", folder.toString());
        try (RegistryProcess registry = RegistryProcess.start(Files.createDirectory(temporary.resolve("registry")))) {
            String app = registry.host() + "/team/shop:1.2.0";
            ran("registry", "push", app, "-f", folder.toString());
            assertThat(said.toString()).contains("Pushed " + app + "@sha256:");

            Path pulled = temporary.resolve("pulled");
            ran("pull", app, "-o", pulled.toString());
            assertThat(pulled.resolve("front.wasm")).hasSameBinaryContentAs(folder.resolve("front.wasm"));
            assertThat(pulled.resolve("files/front/assets/css/a.css")).hasContent("body {}");
            assertThat(pulled.resolve("spin.toml")).content().contains("\"name\" = \"Shop Front\"");
            assertThat(run("pull", app, "-o", pulled.toString())).isEqualTo(1);
            assertThat(said.toString()).contains("is not empty (expected: a new or empty folder");

            ran("deploy", app, "--name", "from-registry", "--data", data.toString());
            serves("from-registry");

            String component = registry.host() + "/team/front:1.0.0";
            ran("push", component, "-f", folder.toString(), "--component", "front");
            HttpResponse<String> answer = api(
                    "POST",
                    "/workloads/default/by-reference/versions",
                    "application/json",
                    ("{\"reference\": \"" + component + "\"}").getBytes(UTF_8),
                    true);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            serves("by-reference");

            Path remote = Files.createDirectory(temporary.resolve("remote"));
            Files.writeString(
                    remote.resolve("spin.toml"),
                    MANIFEST.substring(0, MANIFEST.indexOf("[component.front.build]"))
                            .replace("files = [{ source = \"assets\", destination = \"/assets\" }]", "")
                            .replace(
                                    "\"front.wasm\"",
                                    "{ registry = \"" + registry.host()
                                            + "\", package = \"team:front\", version = \"1.0.0\" }"));
            ran("up", "-f", remote.toString(), "--data", data.toString(), "--name", "packaged");
            assertThat(said.toString()).contains("pulling team:front 1.0.0 from " + registry.host());
            serves("packaged");

            assertThat(run("push", registry.host() + "/team/other:1", "-f", folder.toString(), "--component", "back"))
                    .isEqualTo(1);
            assertThat(said.toString()).contains("--component back (expected one of: front)");
        }
    }

    @Test
    void archivesOfStrangersStayWhereTheyBelong() throws Exception {
        String path = "/workloads/default/strange/versions";
        byte[] escaping = zip("spin.toml", MANIFEST, "../../evil.txt", "evil");
        HttpResponse<String> refused = api("POST", path, "application/zip", escaping, true);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("archive: path \\\"../../evil.txt\\\"");
        assertThat(data.resolve("work/evil.txt")).doesNotExist();
        assertThat(data.resolve("work/upload")).isEmptyDirectory();

        assertThat(api("POST", path, "application/zip", escaping, false).statusCode())
                .isEqualTo(401);
        byte[] large = Arrays.copyOf(escaping, 3 << 20); // refused while it comes, and still answered
        assertThat(api("POST", path, "application/zip", large, true).body()).isEqualTo(refused.body());
        assertThat(api("POST", path, "application/zip", large, false).statusCode())
                .isEqualTo(401);
        HttpResponse<String> unbuilt = api("POST", path, "application/zip", zip("spin.toml", MANIFEST), true);
        assertThat(unbuilt.statusCode()).isEqualTo(400);
        assertThat(unbuilt.body()).contains("component.front.source", "\\\"front.wasm\\\" is not there");
        HttpResponse<String> text = api("POST", path, "text/plain", escaping, true);
        assertThat(text.statusCode()).isEqualTo(400);
        assertThat(text.body()).contains("expected: application/zip");
    }

    private static byte[] zip(String... namesAndTexts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
                zip.write(namesAndTexts[i + 1].getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void doctorLooksAtTheFolder() throws Exception {
        Path folder = app("doctor");
        String home = System.getProperty("polder.home");
        System.setProperty(
                "polder.home", Path.of("..").toAbsolutePath().normalize().toString());
        try {
            ran("doctor", "-f", folder.toString(), "--engine", "endive");
        } finally {
            if (home == null) {
                System.clearProperty("polder.home");
            } else {
                System.setProperty("polder.home", home);
            }
        }
        assertThat(said.toString())
                .contains("Wasm engine     endive", "Template        rust-service", "App             Shop Front")
                .contains("front from front.wasm, not there yet");
        Files.writeString(folder.resolve("spin.toml"), MANIFEST.replace("watch", "wacht"));
        assertThat(run("doctor", "-f", folder.toString(), "--engine", "endive")).isEqualTo(1);
        assertThat(said.toString()).contains("spin.toml:18", "wacht");
    }

    @Test
    void whatIsNoAppIsNamed() {
        assertThat(run("up", "-f", temporary.toString(), "--data", data.toString()))
                .isEqualTo(1);
        assertThat(said.toString()).contains("no app (expected: a folder with spin.toml");
        assertThat(run("push", "no-host/x", "-f", temporary.toString())).isEqualTo(1);
        assertThat(said.toString()).contains("with the registry's host in front");
        assertThat(run()).isEqualTo(2);
    }
}

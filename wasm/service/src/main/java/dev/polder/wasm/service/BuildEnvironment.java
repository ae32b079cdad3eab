package dev.polder.wasm.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The environment of a build: what finds programs, mirrors and certificates, and nothing that Polder itself was given.
 */
final class BuildEnvironment {

    private static final Set<String> KEPT = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LANG",
            "LC_ALL",
            "TZ",
            "TMPDIR",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "http_proxy",
            "https_proxy",
            "no_proxy",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "NODE_EXTRA_CA_CERTS",
            "npm_config_registry",
            "NPM_CONFIG_REGISTRY",
            "GOPROXY",
            "GOSUMDB",
            "GONOSUMDB",
            "GONOPROXY",
            "GOPRIVATE",
            "GOROOT",
            "PIP_INDEX_URL",
            "PIP_EXTRA_INDEX_URL",
            "PIP_CONFIG_FILE",
            "PIP_CERT",
            "CARGO_HOME",
            "RUSTUP_HOME",
            "RUSTUP_TOOLCHAIN",
            "RUSTUP_DIST_SERVER",
            "RUSTUP_UPDATE_ROOT");

    private BuildEnvironment() {}

    static Map<String, String> inherited(Map<String, String> from) {
        Map<String, String> environment = new TreeMap<>();
        from.forEach((name, value) -> {
            if (KEPT.contains(name)) {
                environment.put(name, value);
            }
        });
        environment.put("NO_COLOR", "1");
        environment.put("TERM", "dumb");
        environment.put("CI", "true");
        environment.put("GOTOOLCHAIN", "local"); // a build does not fetch another compiler
        environment.put("RUSTUP_AUTO_INSTALL", "0");
        environment.put("CARGO_TERM_COLOR", "never");
        environment.put("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        environment.put("PIP_ROOT_USER_ACTION", "ignore");
        return environment;
    }

    /** With the caches that all builds share; a cache that the user set up elsewhere stays where it is. */
    static Map<String, String> withCaches(Map<String, String> inherited, Path caches) {
        Map<String, String> environment = new TreeMap<>(inherited);
        Path home = Path.of(inherited.getOrDefault("HOME", "/"));
        boolean cargoConfigured = Files.exists(home.resolve(".cargo/config.toml"));
        if (!cargoConfigured) {
            environment.putIfAbsent("CARGO_HOME", caches.resolve("cargo").toString());
        }
        environment.put("CARGO_BUILD_BUILD_DIR", caches.resolve("cargo-build").toString());
        environment.put("GOCACHE", caches.resolve("go-build").toString());
        environment.put("GOMODCACHE", caches.resolve("go-mod").toString());
        environment.put("PIP_CACHE_DIR", caches.resolve("pip").toString());
        environment.put("npm_config_cache", caches.resolve("npm").toString());
        environment.put("npm_config_audit", "false");
        environment.put("npm_config_fund", "false");
        environment.put("npm_config_update_notifier", "false");
        environment.put("npm_config_omit_lockfile_registry_resolved", "true");
        return environment;
    }
}

package dev.polder.app;

import dev.polder.app.config.PolderConfig;
import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.WorkloadRef;
import dev.polder.wasm.capability.Authorities;
import dev.polder.wasm.capability.AzureVariables;
import dev.polder.wasm.capability.Outbound;
import dev.polder.wasm.capability.OutboundLimits;
import dev.polder.wasm.capability.OutboundRules;
import dev.polder.wasm.capability.SecretServers;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.VaultVariables;
import dev.polder.wasm.service.AppVariables;
import dev.polder.wasm.service.VariableFile;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who has values for the variables of an app: those that were given for it first, then its own providers, then what {@code
 * wasm.variables} lets it see, in that order.
 */
final class WasmVariables {

    private final AppVariables given;
    private final List<Source> sources;

    /** A source, and what asks its servers; these keep tokens, and are shared by all apps that see them. */
    private record Source(PolderConfig.Wasm.VariableSource declared, List<VariableProvider> live) {}

    /**
     * Checks the addresses; connects to nothing.
     *
     * @param authorities who vouches for the servers
     * @throws Problem INVALID that names the entry
     */
    WasmVariables(List<PolderConfig.Wasm.VariableSource> declared, AppVariables given, Authorities authorities) {
        this.given = given;
        Outbound outbound = Outbound.ofOperator(OutboundLimits.DEFAULT, authorities);
        List<Source> all = new ArrayList<>();
        for (int i = 0; i < declared.size(); i++) {
            try {
                all.add(new Source(declared.get(i), live(declared.get(i), given.servers(), outbound)));
            } catch (Problem e) {
                throw Problem.invalid("wasm.variables[" + i + "]: " + e.detail());
            }
        }
        this.sources = List.copyOf(all);
    }

    private static List<VariableProvider> live(
            PolderConfig.Wasm.VariableSource source, SecretServers servers, Outbound outbound) {
        List<VariableProvider> live = new ArrayList<>();
        PolderConfig.Wasm.VariableSource.Vault vault = source.vault();
        if (vault != null) {
            live.add(new VaultVariables(
                    servers,
                    outbound,
                    SecretServers.address(vault.url(), true),
                    () -> vault.token().reveal(),
                    vault.mount(),
                    or(vault.prefix(), "")));
        }
        PolderConfig.Wasm.VariableSource.AzureKeyVault azure = source.azureKeyVault();
        if (azure != null) {
            live.add(new AzureVariables(servers, outbound, SecretServers.address(azure.url(), false), identity(azure)));
        }
        return live;
    }

    private static AzureVariables.Identity identity(PolderConfig.Wasm.VariableSource.AzureKeyVault azure) {
        String authority = azure.authority();
        if (azure.tenant() == null && azure.secretFile() == null) {
            URI endpoint = authority == null ? AzureVariables.THIS_MACHINE : SecretServers.address(authority, true);
            return new AzureVariables.Identity.Machine(endpoint, or(azure.client(), ""));
        }
        if (azure.tenant() == null || azure.client() == null || azure.secretFile() == null) {
            throw Problem.invalid(
                    "azureKeyVault: (expected: all of tenant, client and secretFile, or neither tenant nor"
                            + " secretFile for the machine's own identity)");
        }
        return new AzureVariables.Identity.Principal(
                authority == null ? AzureVariables.PUBLIC_CLOUD : SecretServers.address(authority, false),
                azure.tenant(),
                azure.client(),
                () -> azure.secret().reveal());
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }

    /**
     * The providers of one app, in the order in which they are asked.
     *
     * @param rules which servers its own providers may be at
     */
    List<VariableProvider> of(WorkloadRef workload, OutboundRules rules) {
        List<VariableProvider> providers = new ArrayList<>(given.of(workload, rules));
        for (Source source : sources) {
            PolderConfig.Wasm.VariableSource declared = source.declared();
            if (!declared.isFor(workload)) {
                continue;
            }
            if (declared.file() != null) {
                providers.add(VariableFile.read(declared.file()));
            }
            if (declared.environment() != null) {
                providers.add(VariableProvider.environment(System.getenv(), declared.environment()));
            }
            providers.addAll(source.live());
        }
        return providers;
    }
}

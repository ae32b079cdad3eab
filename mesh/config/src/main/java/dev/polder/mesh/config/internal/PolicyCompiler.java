package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.AuthorizationPolicy;
import dev.polder.mesh.config.AuthorizationPolicy.Scope;
import dev.polder.mesh.config.MeshOptions;
import dev.polder.mesh.config.PeerAuthentication;
import dev.polder.mesh.config.PeerAuthentication.Mode;
import dev.polder.mesh.config.PolicySet;
import dev.polder.mesh.config.internal.Inputs.Item;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** AuthorizationPolicy and PeerAuthentication to what each workload is judged by. */
final class PolicyCompiler {

    private record Selecting(String key, String namespace, LabelSelector selector) {}

    private final MeshOptions options;
    private final List<Item<PeerAuthenticationSpec>> peers;
    private final List<Selecting> selecting = new ArrayList<>();
    private final Map<String, AuthorizationPolicy> policies = new TreeMap<>();

    private PolicyCompiler(MeshOptions options, List<Item<PeerAuthenticationSpec>> peers) {
        this.options = options;
        this.peers = peers;
    }

    static PolicyCompiler compile(Inputs inputs, MeshOptions options, Statuses statuses) {
        PolicyCompiler compiler = new PolicyCompiler(options, inputs.of(PeerAuthenticationSpec.class));
        compiler.peers.forEach(peer -> statuses.accepted(peer.resource()));
        for (Item<AuthorizationPolicySpec> item : inputs.of(AuthorizationPolicySpec.class)) {
            compiler.add(item, statuses);
        }
        for (Item<Object> item : inputs.broken()) {
            // what cannot be read denies: its name is asked for and not found
            if (item.spec() instanceof AuthorizationPolicySpec spec) {
                compiler.select(item.namespace(), item.name(), spec.selector());
            }
        }
        return compiler;
    }

    private void add(Item<AuthorizationPolicySpec> item, Statuses statuses) {
        AuthorizationPolicySpec spec = item.spec();
        boolean dryRun = "true".equals(item.resource().metadata().annotations().get("istio.io/dry-run"));
        if (dryRun) {
            statuses.refused(item.resource(), "DryRun", "not enforced, because istio.io/dry-run is true");
            return;
        }
        if (!spec.enforceable()) {
            statuses.refused(item.resource(), "UnsupportedValue", String.join("; ", spec.reported()));
            return;
        }
        boolean nothingLeft = spec.rules().isEmpty()
                && !spec.reported().isEmpty()
                && spec.action() == AuthorizationPolicy.Action.DENY;
        if (nothingLeft) {
            statuses.refused(item.resource(), "UnsupportedValue", String.join("; ", spec.reported()));
        } else if (spec.reported().isEmpty()) {
            statuses.accepted(item.resource());
        } else {
            statuses.partly(item.resource(), spec.reported());
        }
        select(item.namespace(), item.name(), spec.selector());
        AuthorizationPolicy policy = new AuthorizationPolicy(
                item.namespace(), item.name(), scope(item.namespace(), spec.selector()), spec.action(), spec.rules());
        policies.put(policy.key(), policy);
    }

    private void select(String namespace, String name, LabelSelector selector) {
        selecting.add(new Selecting(namespace + "/" + name, namespace, selector));
    }

    private Scope scope(String namespace, LabelSelector selector) {
        if (!selector.isEmpty()) {
            return Scope.SELECTOR;
        }
        return namespace.equals(options.rootNamespace()) ? Scope.GLOBAL : Scope.NAMESPACE;
    }

    Map<String, AuthorizationPolicy> policies() {
        return policies;
    }

    /** What a workload with these labels is judged by. */
    PolicySet policySet(String namespace, Map<String, String> labels) {
        TreeSet<String> names = new TreeSet<>();
        for (Selecting policy : selecting) {
            if (concerns(policy.namespace(), namespace) && policy.selector().matches(labels)) {
                names.add(policy.key());
            }
        }
        return PolicySet.of(peerAuthentication(namespace, labels), names, policies);
    }

    private boolean concerns(String policyNamespace, String workloadNamespace) {
        return policyNamespace.equals(workloadNamespace) || policyNamespace.equals(options.rootNamespace());
    }

    /** The narrowest PeerAuthentication wins: workload, namespace, mesh; of several the oldest. */
    private PeerAuthentication peerAuthentication(String namespace, Map<String, String> labels) {
        Mode mesh = Mode.STRICT;
        Mode inNamespace = null;
        Item<PeerAuthenticationSpec> workload = null;
        boolean meshSeen = false;
        boolean namespaceSeen = false;
        for (Item<PeerAuthenticationSpec> peer : peers) {
            boolean own = peer.namespace().equals(namespace);
            boolean root = peer.namespace().equals(options.rootNamespace());
            Mode mode = peer.spec().mode();
            if (!peer.spec().selector().isEmpty()) {
                boolean selects = own && peer.spec().selector().matches(labels);
                workload = workload == null && selects ? peer : workload;
            } else if (root && !meshSeen) {
                meshSeen = true;
                mesh = mode == null ? mesh : mode;
            } else if (own && !root && !namespaceSeen) {
                namespaceSeen = true;
                inNamespace = mode;
            }
        }
        Mode inherited = inNamespace == null ? mesh : inNamespace;
        if (workload == null) {
            return new PeerAuthentication(inherited, Map.of());
        }
        Mode own = workload.spec().mode();
        return new PeerAuthentication(
                own == null ? inherited : own, new HashMap<>(workload.spec().portModes()));
    }
}

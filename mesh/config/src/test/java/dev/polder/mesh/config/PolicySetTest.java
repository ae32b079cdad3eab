package dev.polder.mesh.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.SpiffeId;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PolicySetTest {

    private static final String SHOP = """
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: {name: shop-1, namespace: default}
            spec: {address: 127.64.0.1, serviceAccount: shop, labels: {app: shop}}
            """;

    private static ConnectionFacts from(@Nullable String identity, int port) {
        return ConnectionFacts.of(
                identity == null ? null : SpiffeId.parse("spiffe://cluster.local/ns/" + identity),
                InetAddress.ofLiteral("127.64.0.9"),
                InetAddress.ofLiteral("127.64.0.1"),
                port);
    }

    private static PolicySet policies(String... specs) {
        StringBuilder yaml = new StringBuilder(SHOP);
        for (int i = 0; i < specs.length; i++) {
            yaml.append("""
                    ---
                    apiVersion: security.istio.io/v1
                    kind: AuthorizationPolicy
                    metadata: {name: p%d, namespace: default}
                    spec: %s
                    """.formatted(i, specs[i]));
        }
        return Yaml.compile(yaml.toString())
                .snapshot()
                .workloads()
                .values()
                .iterator()
                .next()
                .policies();
    }

    @Test
    void withoutPoliciesEveryIdentityPassesAndPlainDoesNot() {
        PolicySet none = policies();
        assertThat(none.decide(from("other/sa/x", 1)).allowed()).isTrue();
        assertThat(none.decide(from(null, 1)).reason()).isEqualTo(Decision.Reason.PLAINTEXT);
    }

    @Test
    void denyIsJudgedBeforeAllow() {
        PolicySet set = policies(
                "{action: ALLOW, rules: [{}]}", "{action: DENY, rules: [{from: [{source: {namespaces: [evil]}}]}]}");
        assertThat(set.decide(from("evil/sa/x", 1)))
                .isEqualTo(new Decision(false, "default/p1", Decision.Reason.DENY_RULE));
        assertThat(set.decide(from("good/sa/x", 1)))
                .isEqualTo(new Decision(true, "default/p0", Decision.Reason.ALLOW_RULE));
    }

    @Test
    void anAllowPolicyWithoutRulesAllowsNothing() {
        assertThat(policies("{}").decide(from("a/sa/b", 1)).reason()).isEqualTo(Decision.Reason.NO_ALLOW_RULE);
    }

    @Test
    void aDenyPolicyAloneLetsTheRestPass() {
        PolicySet set = policies("{action: DENY, rules: [{to: [{operation: {ports: ['9999']}}]}]}");
        assertThat(set.decide(from("a/sa/b", 9999)).allowed()).isFalse();
        assertThat(set.decide(from("a/sa/b", 8080)).reason()).isEqualTo(Decision.Reason.DEFAULT_ALLOW);
    }

    @Test
    void fieldsOfASourceAreAndedAndSourcesAreOred() {
        PolicySet set = policies("""
                {rules: [{from: [{source: {principals: ['*/ns/a/sa/one'], ipBlocks: [127.0.0.0/8]}},
                                 {source: {principals: ['cluster.local/ns/b/*'], notNamespaces: [b]}},
                                 {source: {serviceAccounts: [two]}}]}]}""");
        assertThat(set.decide(from("a/sa/one", 1)).allowed()).isTrue();
        assertThat(set.decide(from("a/sa/other", 1)).allowed()).isFalse();
        assertThat(set.decide(from("b/sa/any", 1)).allowed()).isFalse();
        assertThat(set.decide(from("default/sa/two", 1)).allowed()).isTrue();
        assertThat(set.decide(from("elsewhere/sa/two", 1)).allowed()).isFalse();
    }

    @Test
    void anAbsentPrincipalSatisfiesNotPrincipals() {
        PolicySet set = PolicySet.of(
                new PeerAuthentication(PeerAuthentication.Mode.PERMISSIVE, Map.of(7, PeerAuthentication.Mode.STRICT)),
                List.of("ns/p"),
                Map.of("ns/p", policyDenyingPlain()));
        assertThat(set.decide(from(null, 1)).reason()).isEqualTo(Decision.Reason.DENY_RULE);
        assertThat(set.decide(from("a/sa/b", 1)).allowed()).isTrue();
        assertThat(set.decide(from(null, 7)).reason()).isEqualTo(Decision.Reason.PLAINTEXT);
    }

    private static AuthorizationPolicy policyDenyingPlain() {
        ConnectionMatch noPrincipal = new ConnectionMatch(
                List.of(),
                List.of(),
                List.of(),
                List.of(new StringMatch.Presence()),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        return new AuthorizationPolicy(
                "ns",
                "p",
                AuthorizationPolicy.Scope.GLOBAL,
                AuthorizationPolicy.Action.DENY,
                List.of(new AuthorizationPolicy.Rule(List.of(new AuthorizationPolicy.Clause(List.of(noPrincipal))))));
    }

    @Test
    void anUnknownPolicyFailsClosed() {
        PolicySet set = PolicySet.of(PeerAuthentication.STRICT, List.of("ns/gone"), Map.of());
        assertThat(set.decide(from("a/sa/b", 1)))
                .isEqualTo(new Decision(false, "ns/gone", Decision.Reason.UNKNOWN_POLICY));
    }

    @Test
    void aPolicyThatCannotBeReadClosesWhatItSelectsOnly() {
        String broken = "{selector: {matchLabels: {app: %s}}, rules: [{to: [{operation: {ports: [x]}}]}]}";
        assertThat(policies(broken.formatted("shop")).decide(from("a/sa/b", 1)).reason())
                .isEqualTo(Decision.Reason.UNKNOWN_POLICY);
        assertThat(policies(broken.formatted("other")).decide(from("a/sa/b", 1)).allowed())
                .isTrue();
    }

    @Test
    void httpAttributesMakeAPolicyStricterNeverLaxer() {
        PolicySet allow = policies("{rules: [{to: [{operation: {methods: [GET]}}]}]}");
        assertThat(allow.decide(from("a/sa/b", 1)).allowed()).isFalse();
        PolicySet deny = policies("{action: DENY, rules: [{to: [{operation: {ports: ['80'], methods: [GET]}}]}]}");
        assertThat(deny.decide(from("a/sa/b", 80)).allowed()).isFalse();
        assertThat(deny.decide(from("a/sa/b", 81)).allowed()).isTrue();
    }

    @Test
    void addressBlocksCountBits() {
        IpBlock block = IpBlock.parse("10.1.2.128/25");
        assertThat(block.contains(InetAddress.ofLiteral("10.1.2.200"))).isTrue();
        assertThat(block.contains(InetAddress.ofLiteral("10.1.2.127"))).isFalse();
        assertThat(block.contains(InetAddress.ofLiteral("::1"))).isFalse();
        assertThat(IpBlock.parse("0.0.0.0/0").contains(InetAddress.ofLiteral("255.255.255.255")))
                .isTrue();
        assertThat(IpBlock.parse("fd00::/9").contains(InetAddress.ofLiteral("fd7f::1")))
                .isTrue();
    }
}

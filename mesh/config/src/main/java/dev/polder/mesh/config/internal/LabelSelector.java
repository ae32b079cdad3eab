package dev.polder.mesh.config.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Chooses by labels. Source: {@code metav1.LabelSelector}; Istio's WorkloadSelector has {@code matchLabels} only.
 *
 * <p>An empty selector matches everything.
 */
public record LabelSelector(Map<String, String> matchLabels, List<Expression> expressions) {

    /** One of {@code matchExpressions}. */
    public record Expression(String key, String operator, List<String> values) {
        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                default -> value == null;
            };
        }
    }

    public LabelSelector {
        matchLabels = Map.copyOf(matchLabels);
        expressions = List.copyOf(expressions);
    }

    /** A selector by equality only. */
    static LabelSelector of(Map<String, String> matchLabels) {
        return new LabelSelector(matchLabels, List.of());
    }

    /** Istio's WorkloadSelector. */
    static LabelSelector istio(Fields fields) {
        fields.only("matchLabels");
        Map<String, String> labels = fields.strings("matchLabels");
        labels.forEach((key, value) -> {
            if (key.isEmpty() || key.contains("*") || value.contains("*")) {
                fields.wrong("matchLabels." + key, value, "a label without wildcard");
            }
        });
        return of(labels);
    }

    /** The selector of Kubernetes. */
    static LabelSelector kubernetes(Fields fields) {
        fields.only("matchLabels", "matchExpressions");
        List<Expression> expressions = new ArrayList<>();
        for (Fields expression : fields.objects("matchExpressions", 100)) {
            expression.only("key", "operator", "values");
            String operator = expression.text("operator");
            List<String> values = expression.texts("values", 1000);
            if (!List.of("In", "NotIn", "Exists", "DoesNotExist").contains(operator)) {
                expression.wrong("operator", operator, "one of In, NotIn, Exists, DoesNotExist");
            } else if (operator.endsWith("In") == values.isEmpty()) {
                expression.wrong("values", values.size() + " values with operator " + operator);
            }
            expressions.add(new Expression(expression.text("key"), operator, values));
        }
        return new LabelSelector(fields.strings("matchLabels"), expressions);
    }

    boolean isEmpty() {
        return matchLabels.isEmpty() && expressions.isEmpty();
    }

    boolean matches(Map<String, String> labels) {
        return labels.entrySet().containsAll(matchLabels.entrySet())
                && expressions.stream().allMatch(expression -> expression.matches(labels));
    }
}

package dev.polder.portal.scaffolder.expression;

import java.util.List;

/** Lists as text. */
final class Joining {

    private Joining() {}

    static String join(List<Value> items, String separator, Run run) {
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                joined.append(separator);
            }
            joined.append(Value.output(items.get(i), run));
            run.requireText(joined.length());
        }
        run.charge(joined.length());
        return joined.toString();
    }
}

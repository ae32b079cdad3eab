package dev.polder.evidence.sbom.internal;

import java.util.regex.Pattern;
import org.cyclonedx.model.License;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.license.Acknowledgement;
import org.cyclonedx.model.license.Expression;
import org.jspecify.annotations.Nullable;

/** Declared licences: an SPDX expression where it has the form of one, free text otherwise. */
final class Licenses {

    private static final int MAX_TEXT = 300;
    private static final String ID = "\\(*[A-Za-z0-9][A-Za-z0-9.+:-]*\\)*";
    private static final Pattern EXPRESSION = Pattern.compile(ID + "( (AND|OR|WITH) " + ID + "){0,40}");

    private Licenses() {}

    static @Nullable LicenseChoice declared(String text) {
        // crates of old wrote MIT/Apache-2.0 for "either"
        String license = text.strip().replace("/", " OR ");
        if (license.isEmpty()) {
            return null;
        }
        LicenseChoice choice = new LicenseChoice();
        if (license.length() <= MAX_TEXT && EXPRESSION.matcher(license).matches() && balanced(license)) {
            Expression expression = new Expression(license);
            expression.setAcknowledgement(Acknowledgement.DECLARED);
            choice.setExpression(expression);
        } else {
            License named = new License();
            named.setName(text.strip().substring(0, Math.min(text.strip().length(), MAX_TEXT)));
            named.setAcknowledgement(Acknowledgement.DECLARED);
            choice.addLicense(named);
        }
        return choice;
    }

    private static boolean balanced(String text) {
        int open = 0;
        for (int i = 0; i < text.length() && open >= 0; i++) {
            open += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
        }
        return open == 0;
    }
}

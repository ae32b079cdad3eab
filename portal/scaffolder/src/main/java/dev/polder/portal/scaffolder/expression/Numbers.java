package dev.polder.portal.scaffolder.expression;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** JavaScript's numbers as text and back (ECMA-262, Number::toString and StringToNumber). */
final class Numbers {

    private static final double MAX_SAFE = 9_007_199_254_740_992.0;
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(?:Infinity|(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)");
    private static final int MAX_DIGITS = 400;

    private Numbers() {}

    static String text(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Infinity" : "-Infinity";
        }
        if (value == 0) {
            return "0";
        }
        if (value == Math.rint(value) && Math.abs(value) < MAX_SAFE) {
            return Long.toString((long) value);
        }
        BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
        String digits = shortest.unscaledValue().toString();
        int point = digits.length() - shortest.scale();
        return (value < 0 ? "-" : "") + place(digits, point);
    }

    private static String place(String digits, int point) {
        if (point > 21 || point < -5) {
            int exponent = point - 1;
            String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
            return mantissa + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
        }
        if (point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        return point >= digits.length()
                ? digits + "0".repeat(point - digits.length())
                : digits.substring(0, point) + "." + digits.substring(point);
    }

    static double parse(String text) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            return 0;
        }
        if (trimmed.length() > MAX_DIGITS) {
            return Double.NaN;
        }
        if (trimmed.matches("0[xX][0-9a-fA-F]{1,12}")) {
            return Long.parseLong(trimmed.substring(2), 16);
        }
        return DECIMAL.matcher(trimmed).matches() ? Double.parseDouble(trimmed) : Double.NaN;
    }

    /** {@code parseFloat}: the longest number at the front. */
    static double parsePrefix(String text) {
        Matcher matcher = DECIMAL.matcher(text.strip());
        return matcher.lookingAt() && matcher.end() < MAX_DIGITS ? Double.parseDouble(matcher.group()) : Double.NaN;
    }

    /** {@code parseInt(text, radix)}: the longest whole number at the front. */
    static double parseInt(String text, int radix) {
        String trimmed = text.strip();
        int at = trimmed.startsWith("-") || trimmed.startsWith("+") ? 1 : 0;
        boolean hex = (radix == 16 || radix == 0) && trimmed.regionMatches(true, at, "0x", 0, 2);
        int base = hex ? 16 : radix == 0 ? 10 : radix;
        if (base < 2 || base > 36) {
            return Double.NaN;
        }
        double value = 0;
        int start = hex ? at + 2 : at;
        int i = start;
        while (i < trimmed.length() && Character.digit(trimmed.charAt(i), base) >= 0) {
            value = value * base + Character.digit(trimmed.charAt(i++), base);
        }
        if (i == start) {
            return Double.NaN;
        }
        return trimmed.startsWith("-") ? -value : value;
    }

    static JsonNode toJson(double value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return json.nullNode();
        }
        if (value == Math.rint(value) && Math.abs(value) < MAX_SAFE) {
            long whole = (long) value;
            return whole == (int) whole ? json.numberNode((int) whole) : json.numberNode(whole);
        }
        return json.numberNode(value);
    }

    /** {@code Number.prototype.toFixed}. */
    static String fixed(double value, int digits) {
        if (Double.isNaN(value) || Double.isInfinite(value) || Math.abs(value) >= 1e21) {
            return text(value);
        }
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_UP).toPlainString();
    }
}

package dev.polder.portal.scaffolder.expression;

/** A word of a tag. */
record Token(Kind kind, String text, Place place) {

    enum Kind {
        NAME,
        STRING,
        NUMBER,
        REGEX,
        OPERATOR,
        END
    }

    boolean is(String symbol) {
        return (kind == Kind.OPERATOR || kind == Kind.NAME) && text.equals(symbol);
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end of the tag" : "\"" + text + "\"";
    }
}

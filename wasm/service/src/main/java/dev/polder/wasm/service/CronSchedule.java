package dev.polder.wasm.service;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.polder.kernel.model.Problem;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The times of a cron trigger, in UTC: {@code second minute hour day-of-month month day-of-week [year]}, or without the
 * second as crontab writes it; Sunday is 0 or 7. Names of months and days, {@code L}, {@code W}, {@code #} and {@code ?}
 * are known. Immutable.
 */
public final class CronSchedule {

    private static final String EXPECTED = " (expected: 5 to 7 fields, such as 0 */5 * * * *)";
    private static final CronDefinition SECONDS = fields(true);
    private static final CronDefinition MINUTES = fields(false);

    private final ExecutionTime times;

    private CronSchedule(ExecutionTime times) {
        this.times = times;
    }

    private static CronDefinition fields(boolean seconds) {
        CronDefinitionBuilder builder = CronDefinitionBuilder.defineCron();
        if (seconds) {
            builder = builder.withSeconds().withValidRange(0, 59).and();
        }
        builder = builder.withMinutes()
                .withValidRange(0, 59)
                .and()
                .withHours()
                .withValidRange(0, 23)
                .and()
                .withDayOfMonth()
                .withValidRange(1, 31)
                .supportsL()
                .supportsW()
                .supportsLW()
                .supportsQuestionMark()
                .and()
                .withMonth()
                .withValidRange(1, 12)
                .and()
                .withDayOfWeek()
                .withValidRange(0, 7)
                .withMondayDoWValue(1)
                .withIntMapping(7, 0)
                .supportsHash()
                .supportsL()
                .supportsQuestionMark()
                .and();
        return seconds
                ? builder.withYear().withValidRange(1970, 2199).optional().and().instance()
                : builder.instance();
    }

    /** @throws Problem INVALID */
    public static CronSchedule parse(String expression) {
        String fault = fault(expression);
        if (fault != null) {
            throw Problem.invalid("cron expression \"" + TomlCursor.shortened(expression) + "\"" + fault);
        }
        return new CronSchedule(ExecutionTime.forCron(cron(expression)));
    }

    /** What is wrong with an expression, to be put behind it, or null. */
    static @Nullable String fault(String expression) {
        try {
            var _ = cron(expression);
            return null;
        } catch (RuntimeException e) { // the library has others, too, for texts that it did not think of
            String why = e.getMessage();
            return (why == null ? "" : ": " + why) + EXPECTED;
        }
    }

    private static Cron cron(String expression) {
        String[] words = expression.strip().split("\\s+");
        if (words.length < 5 || words.length > 7) {
            throw new IllegalArgumentException(words.length == 1 ? null : words.length + " fields");
        }
        return new CronParser(words.length == 5 ? MINUTES : SECONDS)
                .parse(String.join(" ", words))
                .validate();
    }

    /** The first time after a moment; empty when there is none any more. */
    public Optional<Instant> next(Instant after) {
        return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(java.time.ZonedDateTime::toInstant);
    }
}

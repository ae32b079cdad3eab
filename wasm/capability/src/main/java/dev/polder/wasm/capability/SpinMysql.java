package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.SpinRdbms.Column;
import dev.polder.wasm.capability.SpinRdbms.DbValue;
import dev.polder.wasm.capability.SpinRdbms.Failure;
import dev.polder.wasm.capability.SpinRdbms.ParameterValue;
import dev.polder.wasm.capability.SpinRdbms.RowSet;
import dev.polder.wasm.capability.internal.MysqlAddress;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Wit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code fermyon:spin/mysql@2.0.0} of one instance. */
public final class SpinMysql implements Connections {

    /** How the linker finds it. */
    public static final HostInterface INTERFACE =
            HostInterface.of("fermyon:spin/mysql", "2.0.0", SpinMysql.class).resource("connection", Connection.class);

    private final Outbound outbound;
    private final Set<Connection> open = new HashSet<>();

    public SpinMysql(Outbound outbound) {
        this.outbound = outbound;
    }

    @Wit("[static]connection.open")
    public Result<Connection, Failure> open(String address) {
        MysqlAddress server;
        try {
            server = MysqlAddress.parse(address);
        } catch (Problem e) {
            return Result.err(new Failure.ConnectionFailed(e.detail()));
        }
        OutboundLimits limits = outbound.limits();
        Result<JdbcSession, Failure> opened = JdbcSession.open(
                outbound,
                "mysql",
                server.server().host(),
                server.server().port(),
                at -> server.connect(
                        at,
                        limits.connectMillis(),
                        limits.callMillis(),
                        outbound.authorities().file(server.server().host()).orElse(null)));
        return switch (opened) {
            case Result.Ok<JdbcSession, Failure>(JdbcSession session) -> {
                Connection connection = new Connection(session);
                open.add(connection);
                yield Result.ok(connection);
            }
            case Result.Err<JdbcSession, Failure>(Failure error) -> Result.err(error);
        };
    }

    /** {@code resource connection}. */
    public final class Connection implements HostResource {
        private final JdbcSession session;

        private Connection(JdbcSession session) {
            this.session = session;
        }

        @Wit("query")
        public Result<RowSet, Failure> query(String statement, List<ParameterValue> params) {
            return switch (session.query(statement, MysqlValues.binding(params), MysqlValues.READER)) {
                case Result.Ok<JdbcSession.Table<Column, DbValue>, Failure>(JdbcSession.Table<Column, DbValue> table) ->
                    Result.ok(new RowSet(table.columns(), table.rows()));
                case Result.Err<JdbcSession.Table<Column, DbValue>, Failure>(Failure error) -> Result.err(error);
            };
        }

        @Wit("execute")
        public Result<@Nullable Void, Failure> execute(String statement, List<ParameterValue> params) {
            return switch (session.execute(statement, MysqlValues.binding(params))) {
                case Result.Ok<Long, Failure> _ -> Result.ok(null);
                case Result.Err<Long, Failure>(Failure error) -> Result.err(error);
            };
        }

        @Override
        public void drop() {
            session.close();
            open.remove(this);
        }
    }

    /** Closes the connections that the guest left open. */
    @Override
    public void close() {
        List.copyOf(open).forEach(Connection::drop);
    }
}

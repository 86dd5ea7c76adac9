import io.trino.server.Server;

/** Starts the server; its configuration file is named by the property `config`. */
public class Launch {
    public static void main(String[] arguments) {
        new Server().start(arguments[0]);
    }
}

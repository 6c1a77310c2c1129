package io.github.livededup.examples.imageimport.command;

import java.util.List;

/**
 * The subcommands by name. picocli reads each one's options by reflection, which takes some milliseconds a command in a JVM that
 * has just started; so only the one that a command line names is made.
 */
final class Subcommands {
    /** In the order of the help. */
    static final List<String> NAMES = List.of(
            "create",
            "import",
            "list",
            "info",
            "export",
            "cat",
            "verify",
            "repair",
            "salvage",
            "rm",
            "snapshot",
            "clone",
            "rename",
            "write",
            "discard",
            "resize",
            "diff",
            "send",
            "receive",
            "read",
            "compact",
            "frag",
            "estimate",
            "demo");

    private Subcommands() {}

    /**
     * Those that a command line needs: the one that its first argument names, or else all, for the help and for what is said of a
     * name that is none.
     */
    static List<String> neededFor(String... args) {
        return args.length > 0 && NAMES.contains(args[0]) ? List.of(args[0]) : NAMES;
    }

    /**
     * Makes one.
     *
     * @param name one of {@link #NAMES}
     * @param cli the program
     * @return the command, for picocli
     */
    static Object make(String name, Cli cli) {
        return switch (name) {
            case "create" -> new CreateCommand(cli);
            case "import" -> new ImportCommand(cli);
            case "list" -> new ListCommand(cli);
            case "info" -> new InfoCommand(cli);
            case "export" -> new ExportCommand(cli);
            case "cat" -> new CatCommand(cli);
            case "verify" -> new VerifyCommand(cli);
            case "repair" -> new RepairCommand(cli);
            case "salvage" -> new SalvageCommand(cli);
            case "rm" -> new RemoveCommand(cli);
            case "snapshot" -> new CopyCommand.Snapshot(cli);
            case "clone" -> new CopyCommand.Clone(cli);
            case "rename" -> new RenameCommand(cli);
            case "write" -> new WriteCommand(cli);
            case "discard" -> new DiscardCommand(cli);
            case "resize" -> new ResizeCommand(cli);
            case "diff" -> new DiffCommand(cli);
            case "send" -> new SendCommand(cli);
            case "receive" -> new ReceiveCommand(cli);
            case "read" -> new ReadCommand(cli);
            case "compact" -> new CompactCommand(cli);
            case "frag" -> new FragmentationCommand(cli);
            case "estimate" -> new EstimateCommand(cli);
            case "demo" -> new DemoCommand(cli);
            default -> throw new IllegalArgumentException("no such command: " + name);
        };
    }
}

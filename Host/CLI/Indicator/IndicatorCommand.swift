import RialtoBinding
import RialtoIndicators
import RialtoPluginHost
import RialtoText

/// `rialto indicator`: indicators over stored series, built in and of bound C libraries.
enum IndicatorCommand {
    static var command: Command {
        Command(
            "indicator", "compute indicators, built in or of a C library",
            discussion:
                "A binding is a folder with an unmodified C library and a table of its functions, "
                + "binding.json;\nits form is PluginAPI/binding.schema.json. The library runs in a "
                + "sandboxed process.",
            examples: [
                Example("rialto indicator list", "the built-in ones"),
                Example("rialto indicator run EMA_20 BTC/USD bars 1h --last 5", "one of them"),
            ],
            commands: [list, IndicatorRun.command, IndicatorCheck.command])
    }

    static let binding = Option(
        "binding", .folder, "a folder with a C library and its binding.json")

    private static var list: Command {
        Command(
            "list", "list what can be computed",
            options: [binding],
            examples: [
                Example("rialto indicator list --binding ta-lib", "what a C library has beside")
            ]
        ) { invocation, console in
            var table = Table([
                .init("name"), .init("usage"), .init("inputs"), .init("outputs"), .init("from"),
                .init("summary"),
            ])
            for entry in IndicatorCatalog.entries {
                table.add([
                    .text(entry.name), .text(entry.usage), .text("bars"),
                    .text(entry.outputs.joined(separator: " ")), .text("built in"), .text(""),
                ])
            }
            if let folder = invocation.text("binding") {
                let binding = try BoundLibrary.open(folder: folder).binding
                for function in binding.functions { table.add(cells(function, binding)) }
            }
            table.print(to: console)
            return .done
        }
    }

    private static func cells(_ function: BoundFunction, _ binding: Binding) -> [Cell] {
        [
            .text(function.name), .text(function.usage),
            .text(function.inputs.map(\.rawValue).joined(separator: " ")),
            .text(function.outputs.map(\.name).joined(separator: " ")), .text(binding.id),
            .text(function.summary),
        ]
    }

    /// Limits of a bound library's process.
    static func settings() throws(HouseMessage) -> WorkerSettings {
        do throws(WorkerFault) { return try BridgeProcess.standardSettings() } catch {
            throw HouseMessage(
                error.reason, help: "build it: swift build -c release --product rialto-bridge")
        }
    }
}

import RialtoPluginHost
import RialtoText

/// `rialto plugin list`: every library on the search path, or why it is refused.
enum PluginListCommand {
    static var command: Command {
        Command(
            "list", "list the plugins that can be used, and why others cannot",
            discussion: "Reads notes and manifests and compares digests; no plugin's code is run.",
            options: [PluginCommand.path],
            examples: [
                Example("rialto plugin list", "all plugins"),
                Example("rialto plugin list --plugins .", "those of this folder, too"),
            ]
        ) { invocation, console in
            let folders = PluginCommand.folders(invocation)
            let found = folders.list()
            table(found).print(to: console)
            if found.isEmpty {
                console.note("no plugin was found in \(folders.paths.joined(separator: ", "))")
            }
            return .done
        }
    }

    /// One row for each plugin, and one for each library that is refused.
    private static func table(_ found: [FoundPlugin]) -> Table {
        let hasRefused = found.contains { if case .failure = $0.result { true } else { false } }
        let names = ["id", "kind", "version", "language", "tier", "file"]
        var table = Table((names + (hasRefused ? ["refused"] : [])).map { Table.Column($0) })
        for one in found {
            switch one.result {
            case .success(let manifest):
                for plugin in manifest.plugins {
                    table.add(
                        [
                            .text(plugin.id), .text(plugin.kind.rawValue), .text(plugin.version),
                            .text(manifest.language), .text(PluginCommand.tier(manifest)),
                            .text(one.folder + "/" + manifest.file),
                        ] + (hasRefused ? [.none] : []))
                }
            case .failure(let error):
                table.add(
                    [.none, .none, .none, .none, .none, .text(error.subject), .text(error.reason)])
            }
        }
        return table
    }
}

import RialtoPluginHost
import RialtoText

/// `rialto plugin info`: all that a plugin says of itself.
enum PluginInfoCommand {
    static var command: Command {
        Command(
            "info", "describe a plugin and its parameters",
            discussion: "With --json the plugin comes first, then one line for each parameter.",
            arguments: [Argument("id", .text("ID"), "the plugin's id, such as org.rialto.grid")],
            options: [PluginCommand.path, Grants.file],
            examples: [Example("rialto plugin info org.rialto.grid", "what the grid can be told")]
        ) { invocation, console in
            let id = invocation.required("id")
            let folder = try PluginCommand.folders(invocation).folder(of: id)
            let manifest = try PluginLibrary.inspect(folder: folder)
            guard let plugin = manifest.plugins.first(where: { $0.id == id }) else {
                return .failed
            }
            let tier = try Grants.granted(invocation).tier(of: manifest)
            facts(plugin, manifest, folder, tier).print(to: console)
            guard !plugin.parameters.isEmpty else { return .done }
            console.line()
            parameters(plugin).print(to: console)
            return .done
        }
    }

    private static func facts(
        _ plugin: PluginDescription, _ manifest: Manifest, _ folder: String, _ tier: String
    ) -> Facts {
        let majors =
            manifest.abiMajorMin == manifest.abiMajorMax
            ? "\(manifest.abiMajorMin)" : "\(manifest.abiMajorMin)-\(manifest.abiMajorMax)"
        return Facts(
            [
                (.init("id"), .text(plugin.id)),
                (.init("kind"), .text(plugin.kind.rawValue)),
                (.init("name"), .text(plugin.name)),
                (.init("summary"), .text(plugin.summary)),
                (.init("version"), .text(plugin.version)),
                (.init("author"), .text(plugin.author)),
                (.init("license"), .text(plugin.license)),
                (.init("language"), .text(manifest.language)),
                (.init("compiler"), .text(manifest.compiler)),
                (.init("tier"), .text(tier)),
                (.init("abi"), .text("\(majors).\(manifest.abiMinor)")),
                (.init("sha256"), .text(manifest.sha256)),
                (.init("file"), .text(folder + "/" + manifest.file)),
            ] + asks(plugin) + comesWith(manifest))
    }

    /// Where it may ask over the network; nothing for most.
    private static func asks(_ plugin: PluginDescription) -> [(Table.Column, Cell)] {
        plugin.requests.map { [(.init("asks"), .text($0.joined(separator: ", ")))] } ?? []
    }

    /// What a library has beside its own file; nothing for most.
    private static func comesWith(_ manifest: Manifest) -> [(Table.Column, Cell)] {
        var facts: [(Table.Column, Cell)] = []
        if let profile = manifest.profile {
            facts.append((.init("profile"), .text(profile.rawValue)))
        }
        if let preload = manifest.preload {
            facts.append((.init("preload"), .text(preload.joined(separator: " "))))
        }
        if let engines = manifest.engines {
            facts.append((.init("engines"), .text(engines.joined(separator: " "))))
        }
        if let files = manifest.files {
            facts.append((.init("files"), .text("\(files.count)")))
        }
        return facts
    }

    private static func parameters(_ plugin: PluginDescription) -> Table {
        let names = ["parameter", "type", "allowed", "default", "unit", "summary"]
        return Table(
            names.map { Table.Column($0) },
            rows: plugin.parameters.map { parameter in
                [
                    .text(parameter.name), .text(parameter.type.rawValue),
                    .text(allowed(parameter)),
                    parameter.isRequired ? .text("required") : .text(parameter.initial),
                    parameter.unit.isEmpty ? .none : .text(parameter.unit),
                    .text(parameter.summary),
                ]
            })
    }

    private static func allowed(_ parameter: ParameterDefinition) -> String {
        switch parameter.type {
        case .boolean: "true, false"
        case .text: parameter.choices.isEmpty ? "any" : parameter.choices.joined(separator: ", ")
        default: "\(parameter.lowest)...\(parameter.highest)"
        }
    }
}

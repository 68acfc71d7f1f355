import RialtoPluginHost
import RialtoText

/// `rialto plugin ...`: what plugins there are, and how to make one.
package enum PluginCommand {
    package static var command: Command {
        Command(
            "plugin", "find, describe and make plugins",
            commands: [
                PluginListCommand.command, PluginInfoCommand.command, PluginNewCommand.command,
                PluginUpgradeCommand.command, manifest, ValidateCommand.command,
                ProjectCommands.build, ProjectCommands.test,
                DevCommand.command, DebugCommand.command, LogsCommand.command, CrashCommands.list,
                CrashCommands.replay, QuarantineCommands.list, QuarantineCommands.release,
                VersionCommands.list, VersionCommands.rollback,
                CertificateCommands.key, CertificateCommands.certificate,
                GrantCommands.allow, GrantCommands.forbid, GrantCommands.list,
            ])
    }

    /// Folders that are searched, first to last.
    package static let path = Option(
        "plugins", .folder, "search this folder first", environment: "RIALTO_PLUGINS",
        repeats: true)

    /// The search path: what was asked for, then what lies beside the program and in the home
    /// folder.
    static func folders(_ invocation: Invocation) -> PluginFolders {
        PluginFolders(paths: invocation.texts("plugins") + standardPaths)
    }

    /// The search path when nothing was asked for.
    package static var standard: PluginFolders { PluginFolders(paths: standardPaths) }

    /// Searched when nothing else is said.
    static var standardPaths: [String] {
        var paths = bundled
        if let home = Executable.home { paths.append(home + "/.rialto/plugins") }
        return paths
    }

    /// Folders of the plugins that came with this program.
    static var bundled: [String] {
        guard let program = Executable.folder else { return [] }
        return ["/../plugins", "/../../plugins", "/../lib/rialto/plugins"]
            .compactMap { Executable.resolved(program + $0) }
    }

    private static var manifest: Command {
        Command(
            "manifest", "write manifest.json beside a plugin library",
            discussion: "Loads the library to ask it what it holds, so run it on your own only.",
            arguments: [Argument("file", .file([".so"]), "the library", repeats: true)],
            examples: [Example("rialto plugin manifest libmine.so", "describe libmine.so")]
        ) { invocation, console in
            for file in invocation.texts("file") { try describe(file).print(to: console) }
            return .done
        }
    }

    /// Writes the manifest of a library beside it. Returns what it says.
    static func describe(_ file: String) throws -> Facts {
        let manifest = try PluginLibrary.describe(file)
        let folder =
            file.contains("/") ? String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]) : "."
        let target = folder + "/" + Manifest.fileName
        try TextFile.write(Array(manifest.json().utf8), to: target)
        return Facts([
            (.init("manifest"), .text(target)),
            (.init("plugins"), .text(manifest.plugins.map(\.id).joined(separator: " "))),
            (.init("sha256"), .text(manifest.sha256)),
        ])
    }
}

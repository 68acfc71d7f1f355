import Foundation
import RialtoPluginHost

/// What `rialto plugin new` noted of a project, so that an upgrade knows what its author changed.
struct ProjectRecord: Codable, Equatable {
    /// Name of its file, in the project's folder.
    static let fileName = ".rialto-project.json"

    /// Version of this record's own layout; 1.
    var record = 1
    let id: String
    let kind: String
    let language: String
    /// Version of the host that wrote it, or upgraded it last.
    var host: String
    /// SHA-256 of each file that it wrote, as it wrote it.
    var files: [String: String]
    /// SHA-256 of what was last written beside a file that its author had changed.
    var offered: [String: String]?

    static func read(folder: String) -> ProjectRecord? {
        FileManager.default.contents(atPath: folder + "/" + fileName)
            .flatMap { try? JSONDecoder().decode(ProjectRecord.self, from: $0) }
    }

    func write(to folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = try encoder.encode(self) + Data("\n".utf8)
        try text.write(to: URL(filePath: folder + "/" + Self.fileName))
    }
}

/// The files of a project by path, with their digests.
enum ProjectFiles {
    /// Files that a build leaves behind, and version control.
    private static let skipped = ["out/", ".build/", "target/", ".git/", "compile_commands.json"]

    static func digests(_ folder: String) throws -> [String: String] {
        var digests: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
        where path != ProjectRecord.fileName && !skipped.contains(where: path.hasPrefix) {
            var isFolder: ObjCBool = false
            let file = folder + "/" + path
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
                !isFolder.boolValue, let bytes = FileManager.default.contents(atPath: file)
            else { continue }
            digests[path] = SHA256.hex([UInt8](bytes))
        }
        return digests
    }

    /// Whether a file is the installation's and not the author's: a copy of the contract or a kit,
    /// or how it is built and edited.
    static func isOurs(_ path: String) -> Bool {
        path.hasPrefix("vendor/") || path.hasPrefix(".vscode/")
            || [
                "build", "test", "compile_flags.txt", ".editorconfig",
            ].contains(path)
    }
}

import Foundation
import RialtoCLI
import RialtoText
import RialtoValues

/// A folder for one test, with the program run inside it as a user would.
final class Desk {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "rialto-cli-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// What running a command left behind.
    struct Result {
        let status: CommandStatus
        let out: String
        let error: String

        /// The lines of stdout as JSON objects.
        var objects: [[String: Any]] {
            out.split(separator: "\n").compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            }
        }
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    @discardableResult func file(_ name: String, _ text: String) throws -> String {
        try file(name, Data(text.utf8))
    }

    @discardableResult func file(_ name: String, _ bytes: Data) throws -> String {
        try bytes.write(to: folder.appending(path: name))
        return path(name)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// Names of the files in the history folder, temporary ones too.
    var stored: [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: path("data/history"))
        return (names ?? []).sorted()
    }

    /// What the program finds in this folder and not in the user's.
    var environment: [String: String] {
        [
            "RIALTO_DATA": path("data"), "RIALTO_CRASHES": path("crashes"),
            "RIALTO_QUARANTINE": path("quarantine.db"), "RIALTO_VERSIONS": path("versions"),
        ]
    }

    /// Runs `rialto` with words parted by blanks; `@name` is a file of this folder.
    @discardableResult func run(_ line: String) -> Result {
        let words = line.split(separator: " ").map { word in
            word.hasPrefix("@") ? path(String(word.dropFirst())) : String(word)
        }
        let page = Page()
        let status = Program.run(
            words, root: Program.root,
            environment: environment,
            console: page.console())
        return Result(status: status, out: page.out, error: page.error)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}

/// Files beside the repository, which some machines have.
enum Beside {
    static let folder =
        ProcessInfo.processInfo.environment["RIALTO_SHARED"].map { URL(filePath: $0) }
        ?? URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared").standardizedFileURL

    static func path(_ name: String) -> String { folder.appending(path: name).path }

    static func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}

let oneMinuteBars = "--instrument BTC/USD --kind bars --interval 1m --bar-time open"

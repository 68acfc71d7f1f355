import Foundation
import Testing

/// What a program answered.
struct Answer {
    let status: Int32
    let out: String
    let error: String
}

/// Runs programs, `rialto` of this build first among them.
enum Shell {
    /// Folder of the built products: where the test program itself lies.
    static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().path

    static func rialto(_ words: String..., in folder: String = "/") throws -> Answer {
        try run(products + "/rialto", words, in: folder)
    }

    static func run(_ program: String, _ words: [String], in folder: String) throws -> Answer {
        let process = Process(), out = Pipe(), error = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = words
        // What a run leaves for later ones is none of the user's.
        process.environment = ProcessInfo.processInfo.environment.merging([
            "RIALTO_QUARANTINE": products + "/test-quarantine.db",
            "RIALTO_VERSIONS": products + "/test-versions",
        ]) { $1 }
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardOutput = out
        process.standardError = error
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // The second pipe is read after the first: programs here say little on stderr.
        let text = out.fileHandleForReading.readDataToEndOfFile()
        let complaint = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Answer(
            status: process.terminationStatus, out: String(decoding: text, as: UTF8.self),
            error: String(decoding: complaint, as: UTF8.self))
    }

    /// Whether a program is on the path.
    static func has(_ program: String) -> Bool {
        let paths = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return paths.contains {
            FileManager.default.isExecutableFile(atPath: $0 + "/" + program)
        }
    }
}

/// A folder outside the repository that goes away with its last user.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "rialto-plugin-test-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

import Foundation

/// Paths of the project, and its tools.
enum Project {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let headers = root + "/PluginAPI/CRialto/include"

    /// All libraries that `scripts/build-plugins` has built; empty when it was not run.
    static let libraries: [String] = {
        let base = root + "/.build/plugins"
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        return folders.sorted().flatMap { folder in
            let files = try? FileManager.default.contentsOfDirectory(atPath: base + "/" + folder)
            return (files ?? []).filter { $0.hasSuffix(".so") }.map { base + "/\(folder)/" + $0 }
        }
    }()

    /// Lines of a file of the project.
    static func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: root + "/" + path, encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    /// Headers of the contract below `include/rialto`, by path from `include`.
    static func contract(_ folder: String = "rialto") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: headers + "/" + folder).sorted()
            .filter { $0.hasSuffix(".h") }.map { folder + "/" + $0 }
    }

    /// Runs a program. Returns what it printed, and its exit status.
    static func run(_ words: String...) throws -> (output: String, status: Int32) {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }
}

/// What the headers themselves declare, read as text.
struct Declarations {
    private(set) var fields: Set<String> = []
    private(set) var constants: Set<String> = []

    /// Reads one header's text.
    mutating func read(_ header: String) {
        let text = header.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.replacing(/\/\/.*/, with: "") }.joined(separator: "\n")
        for match in text.matches(of: /#define (RIALTO_[A-Z0-9_]+) +\(?-?[0-9]/) {
            constants.insert(String(match.1))
        }
        for match in text.matches(of: /typedef struct \w+ \{([^}]*)\} (\w+);/) {
            for declaration in match.1.split(separator: ";") {
                if let name = declaration.firstMatch(of: /\(\*(\w+)\)/)?.1
                    ?? declaration.firstMatch(of: /(\w+)(\[\w+\])?\s*$/)?.1
                {
                    fields.insert("\(match.2).\(name)")
                }
            }
        }
    }
}

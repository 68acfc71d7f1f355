import Foundation
import Testing

/// The files of the project, found from this file's own place.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// One source file: its path from the root, and its lines.
    struct Source: CustomTestStringConvertible {
        let path: String
        let lines: [String]

        init(path: String, text: String) {
            self.path = path
            lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }

        var testDescription: String { path }
        /// First folder below `Host`, or nil.
        var module: String? {
            let parts = path.split(separator: "/")
            return parts.count > 2 && parts[0] == "Host" ? String(parts[1]) : nil
        }
    }

    /// All text files below the folders that hold our own work, by path.
    static func sources(_ endings: [String]) -> [Source] {
        let manager = FileManager.default
        let base = root.path + "/"
        guard let found = manager.enumerator(atPath: root.path) else { return [] }
        var result: [Source] = []
        while let path = found.nextObject() as? String {
            let name = path.split(separator: "/").last ?? ""
            if name.hasPrefix(".build") || [".git", "node_modules", "target"].contains(name) {
                found.skipDescendants()
            } else if endings.contains(where: path.hasSuffix),
                let text = try? String(contentsOfFile: base + path, encoding: .utf8)
            {
                result.append(Source(path: path, text: text))
            }
        }
        return result.sorted { $0.path < $1.path }
    }

    /// The shell scripts, which have no ending in their names.
    static func scripts() -> [Source] {
        ["scripts", ".ci"].flatMap { folder -> [Source] in
            let names = try? FileManager.default.contentsOfDirectory(
                atPath: root.path + "/" + folder)
            return (names ?? []).sorted().compactMap { name in
                let path = folder + "/" + name
                guard
                    let text = try? String(
                        contentsOfFile: root.path + "/" + path, encoding: .utf8),
                    text.hasPrefix("#!")
                else { return nil }
                return Source(path: path, text: text)
            }
        }
    }
}

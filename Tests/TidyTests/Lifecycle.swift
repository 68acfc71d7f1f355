import Foundation

/// What the headers of the plugin contract declare, and what `PluginAPI/lifecycle.tsv` says of it.
enum Lifecycle {
    /// One declaration.
    struct Entry: Hashable {
        /// constant, macro, type, struct, field or function.
        let kind: String
        /// As in the headers; `struct.member` for what is in one.
        let name: String
        var isDraft: Bool
    }

    /// One line of the table.
    struct Line {
        let entry: Entry
        let since: Version
        let deprecated: Version?
        let stability: String
    }

    /// A major and a minor of the contract.
    struct Version: Comparable, CustomStringConvertible {
        let major: Int
        let minor: Int

        init?(_ text: some StringProtocol) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]) else {
                return nil
            }
            (self.major, self.minor) = (major, minor)
        }

        static func < (a: Version, b: Version) -> Bool {
            (a.major, a.minor) < (b.major, b.minor)
        }

        var description: String { "\(major).\(minor)" }
    }

    /// Everything in the headers; members in the order of their structs.
    static func declared() -> [Entry] {
        let base = "PluginAPI/CRialto/include/rialto/"
        return Repository.sources([".h"]).filter { $0.path.hasPrefix(base) }.flatMap { header in
            let text = header.lines.map { $0.replacing(/\/\/.*/, with: "") }
                .joined(separator: "\n").replacing("\\\n", with: " ")
            return entries(text, isDraft: header.path.hasPrefix(base + "draft/"))
        }
    }

    private static func entries(_ text: String, isDraft: Bool) -> [Entry] {
        var found: [(kind: String, name: String)] = []
        for match in text.matches(of: /#define (RIALTO_\w+)(\(?)([^\n]*)/) {
            let name = String(match.1), value = match.3.trimmingPrefix { " (-".contains($0) }
            if match.2.isEmpty, name.hasSuffix("_H"), value.isEmpty { continue }
            let isNumber = match.2.isEmpty && (value.first?.isNumber ?? false)
            found.append((isNumber ? "constant" : "macro", name))
        }
        for match in text.matches(of: /\n *typedef (?:un)?\w+_t (\w+);/) {
            found.append(("type", String(match.1)))
        }
        for match in text.matches(of: /\nRIALTO_EXPORT \w+ (\w+)\(/) {
            found.append(("function", String(match.1)))
        }
        for match in text.matches(of: /typedef struct \w+ \{([^}]*)\} (\w+);/) {
            found.append(("struct", String(match.2)))
            for declaration in match.1.split(separator: ";") {
                if let name = declaration.firstMatch(of: /\(\*(\w+)\)/)?.1 {
                    found.append(("function", "\(match.2).\(name)"))
                } else if let name = declaration.firstMatch(of: /(\w+)(\[\w+\])?\s*$/)?.1 {
                    found.append(("field", "\(match.2).\(name)"))
                }
            }
        }
        var seen: Set<String> = []
        return found.filter { seen.insert($0.name).inserted }.map {
            Entry(kind: $0.kind, name: $0.name, isDraft: isDraft)
        }
    }

    /// The lines of the table; those that are none are given as they are.
    static func table() -> (lines: [Line], wrong: [String]) {
        let path = Repository.root.path + "/PluginAPI/lifecycle.tsv"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        var lines: [Line] = [], wrong: [String] = []
        for line in text.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard cells.count == 5, let since = Version(cells[2]),
                cells[3] == "-" || Version(cells[3]) != nil,
                ["frozen", "stable", "draft"].contains(cells[4])
            else {
                wrong.append(String(line))
                continue
            }
            let entry = Entry(
                kind: String(cells[0]), name: String(cells[1]), isDraft: cells[4] == "draft")
            lines.append(
                Line(
                    entry: entry, since: since, deprecated: Version(cells[3]),
                    stability: String(cells[4])))
        }
        return (lines, wrong)
    }

    /// Members by struct, in order.
    static func members(_ entries: [Entry]) -> [String: [String]] {
        entries.reduce(into: [:]) { members, entry in
            let parts = entry.name.split(separator: ".").map(String.init)
            if parts.count == 2 { members[parts[0], default: []].append(parts[1]) }
        }
    }
}

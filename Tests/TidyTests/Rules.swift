/// What STYLE and DESIGN ask of the tree, as functions from a file to what breaks the rule in it.
///
/// Each finding is `path:line: what`.
enum Rules {
    typealias Source = Repository.Source

    /// Host modules, lowest first: each imports only from before itself.
    static let modules = [
        "Text", "Configuration", "Ledger", "Orders", "Risk", "Matching", "Ensemble", "Execution",
        "History", "Analytics", "Journal", "PluginHost", "Validator", "Binding", "Engine",
        "Simulation", "Network", "Backtest", "Live", "Store", "Accounts", "Catalog", "Server",
        "CLI",
    ]

    /// Modules of the plugin contract that every host module may import.
    static let vocabulary = [
        "RialtoValues", "RialtoIndicators", "RialtoFeatures", "RialtoLearning", "RialtoEngines",
        "RialtoSentiment",
    ]

    /// Modules without Foundation, input or output.
    static let pure = [
        "Ledger", "Orders", "Risk", "Matching", "Ensemble", "Execution", "Engine", "Text",
        "Configuration",
    ]

    /// Longest line, in characters.
    static let width = 100

    static func longLines(_ file: Source) -> [String] {
        file.lines.indices.filter { file.lines[$0].count > width }.map {
            "\(file.path):\($0 + 1): \(file.lines[$0].count) characters"
        }
    }

    /// Lines that name a folder of somebody's machine.
    static func machinePaths(_ file: Source) -> [String] {
        file.lines.enumerated().filter { $0.element.contains(/\/(home|root|work|Users)\/[a-z]/) }
            .map { "\(file.path):\($0.offset + 1): \($0.element.trimmingPrefix { $0 == " " })" }
    }

    /// Public declarations without a doc comment; an initialiser's parameters name the properties.
    static func undocumented(_ file: Source) -> [String] {
        let kinds = [
            "struct", "enum", "class", "actor", "protocol", "func", "var", "let", "typealias",
        ]
        let witnesses = ["var description:", "func next(", "func ==", "func <", "func hash("]
        return file.lines.indices.compactMap { index in
            let line = code(file.lines[index])
            let words = line.split { " (".contains($0) }.map(String.init)
            guard words.contains("public"), words.contains(where: kinds.contains),
                !line.contains(" init("), !witnesses.contains(where: line.contains),
                !isDocumented(file.lines, index)
            else { return nil }
            return "\(file.path):\(index + 1): \(line.trimmingPrefix { $0 == " " })"
        }
    }

    private static func isDocumented(_ lines: [String], _ index: Int) -> Bool {
        for line in lines[..<index].reversed() {
            let text = line.trimmingPrefix { $0 == " " }
            if text.hasPrefix("///") { return true }
            guard text.hasPrefix("@") || text.hasPrefix("#if") else { return false }
        }
        return false
    }

    /// Imports that point to a module above, or past the plugin boundary.
    static func wrongImports(_ file: Source) -> [String] {
        if file.path.hasPrefix("Plugins/") {
            return imports(file).filter { modules.map { "Rialto" + $0 }.contains($0.name) }.map {
                "\(file.path):\($0.index + 1): a plugin imports \($0.name)"
            }
        }
        guard let module = file.module else { return [] }
        let rank = modules.firstIndex(of: module) ?? -1
        return imports(file).compactMap { index, name in
            let allowed: Bool
            if name == "CRialto" {
                allowed = module == "PluginHost"
            } else if name.hasPrefix("Rialto"), !vocabulary.contains(name) {
                let other = modules.firstIndex(of: String(name.dropFirst("Rialto".count)))
                let isProgram = file.path == "Host/CLI/Program/main.swift"
                allowed = isProgram || (other.map { $0 < rank } ?? false)
            } else {
                allowed = true
            }
            return allowed ? nil : "\(file.path):\(index + 1): \(module) imports \(name)"
        }
    }

    static func foundation(_ file: Source) -> [String] {
        let isVocabulary = ["PluginAPI/Values/", "PluginAPI/Kit/"].contains(
            where: file.path.hasPrefix)
        guard isVocabulary || pure.contains(file.module ?? "") else { return [] }
        return imports(file).filter { $0.name.hasPrefix("Foundation") }.map {
            "\(file.path):\($0.index + 1): imports \($0.name)"
        }
    }

    private static func imports(_ file: Source) -> [(index: Int, name: String)] {
        file.lines.indices.compactMap { index in
            let words = code(file.lines[index]).split(separator: " ")
            guard let at = words.firstIndex(of: "import"), at + 1 < words.count, at <= 2 else {
                return nil
            }
            return (index, words[at + 1].split(separator: ".").first.map(String.init) ?? "")
        }
    }

    /// Ways to end the program, or to claim what was not proved.
    static func escapes(_ file: Source) -> [String] {
        file.lines.indices.compactMap { index in
            let line = code(file.lines[index])
            let claims = ["@unchecked Sendable", "nonisolated(unsafe)"].contains(
                where: line.contains)
            let ends = ["try!", "as!", "fatalError("].contains(where: line.contains)
            let isProved = file.lines[max(0, index - 4)..<index].contains {
                $0.lowercased().contains("// proof:") || $0.lowercased().contains("/// proof:")
            }
            guard ends || (claims && !isProved) || unwraps(line) else { return nil }
            return "\(file.path):\(index + 1): \(line.trimmingPrefix { $0 == " " })"
        }
    }

    /// Whether a name, call or subscript is followed by a bare `!`.
    private static func unwraps(_ line: String) -> Bool {
        let bytes = Array(line.utf8)
        return bytes.indices.contains { index in
            guard bytes[index] == 0x21, index > 0 else { return false }
            let before = bytes[index - 1]
            let isValue =
                before == 0x29 || before == 0x5D || before == 0x5F || before == 0x60
                || (0x30...0x39).contains(before) || (0x41...0x5A).contains(before & 0xDF)
            let after = index + 1 < bytes.count ? bytes[index + 1] : 0x20
            return isValue && after != 0x3D
        }
    }

    /// A line without its comment and without what stands inside quotes.
    static func code(_ line: String) -> String {
        var out = "", isQuoted = false, escaped = false, last: Character = " "
        for character in line {
            if isQuoted {
                if escaped {
                    escaped = false
                } else if character == "\\" {
                    escaped = true
                } else if character == "\"" {
                    isQuoted = false
                }
                continue
            }
            if character == "\"" { isQuoted = true }
            if character == "/", last == "/" { return String(out.dropLast()) }
            out.append(character)
            last = character
        }
        return out
    }
}

import RialtoBacktest
import RialtoConfiguration
import RialtoText
import RialtoValues

/// Whether two runs are the same but for what a language model was shown.
enum TwinRuns {
    /// One run: what was asked for, and what it was made of.
    struct Twin {
        let file: ConfigDocument
        let tables: RunTables
    }

    private static let plugin = "org.rialto.llm"

    /// The first thing in which they differ, in words; nil where there is none.
    static func difference(_ first: Twin, _ second: Twin) -> String? {
        let a = settings(first.file), b = settings(second.file)
        for (key, value) in a.listed where b.byPath[key] != value {
            return "\(key) is \(value), and \(b.byPath[key] ?? "not given")"
        }
        if let (key, value) = b.listed.first(where: { a.byPath[$0.0] == nil }) {
            return "\(key) is not given, and \(value)"
        }
        return plugins(first.tables, second.tables) ?? market(first.tables, second.tables)
    }

    private struct Settings {
        var listed: [(String, String)] = []
        var byPath: [String: String] = [:]
    }

    /// Every value of a run file that its result follows from, by its path.
    private static func settings(_ file: ConfigDocument) -> Settings {
        var all = Settings()
        add(file.root, ConfigPath(), to: &all)
        let free: Set = ["name", "requests.recording", "requests.mode"]
        all.listed.removeAll { path, _ in
            guard !free.contains(path) else { return true }
            let owner = path.hasSuffix(".parameters.mask") ? path.dropLast(16) : ""
            return all.byPath["\(owner).plugin"] == plugin
        }
        all.byPath = Dictionary(all.listed) { first, _ in first }
        return all
    }

    private static func add(_ node: ConfigNode, _ path: ConfigPath, to all: inout Settings) {
        switch node.value {
        case .mapping(let entries):
            for entry in entries { add(entry.node, path.key(entry.key), to: &all) }
        case .sequence(let items):
            for (index, item) in items.enumerated() { add(item, path.index(index), to: &all) }
        case .scalar(let scalar):
            all.listed.append((path.description, scalar.text))
            all.byPath[path.description] = scalar.text
        }
    }

    /// The first plugin whose file is another.
    private static func plugins(_ first: RunTables, _ second: RunTables) -> String? {
        for name in ["instances", "models", "exchanges"] {
            let a = first[name], b = second[name]
            let ids = a.texts("id"), digests = (a.texts("sha256"), b.texts("sha256"))
            guard ids == b.texts("id") else { return "they have other \(name)" }
            for (index, id) in ids.enumerated() where digests.0[index] != digests.1[index] {
                return "the plugin of \(id) is \(digests.0[index].prefix(12)), and "
                    + "\(digests.1[index].prefix(12))"
            }
        }
        return nil
    }

    /// The first thing in which what they traded on differs.
    private static func market(_ first: RunTables, _ second: RunTables) -> String? {
        for name in ["first_time_ns", "last_time_ns", "sampling_ns"] {
            let a = first["run"].integers(name).first, b = second["run"].integers(name).first
            if a != b { return "\(name) is \(a ?? 0), and \(b ?? 0)" }
        }
        let a = first["instruments"], b = second["instruments"]
        for (index, name) in a.texts("name").enumerated() {
            for column in ["first_price", "last_price"] {
                let (x, y) = (a.integers(column)[index], b.integers(column)[index])
                if x != y { return "\(column) of \(name) is \(x), and \(y): the data are others" }
            }
        }
        return nil
    }
}

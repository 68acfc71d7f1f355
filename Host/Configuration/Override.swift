import RialtoText

/// A value given on the command line in place of the file's: `models[0].parameters.length=30`.
///
/// A step in brackets is a number from 0, or an item's `id` or `name`: `models[momentum].plugin`.
/// The value is YAML, so `[1, 2]` is a list. Missing keys are added; the schema judges them later.
struct Override {
    enum Step: Equatable {
        case key(String)
        case item(String)
    }

    private let text: String
    private let steps: [Step]
    private let value: ConfigNode

    init(_ text: String) throws(HouseMessage) {
        guard let equals = text.firstIndex(of: "="),
            let steps = Self.steps(String(text[..<equals])), !steps.isEmpty
        else {
            throw HouseMessage(
                "--set \(text): this is no override",
                help: "write it as key=value, such as seed=7 or models[0].enabled=false",
                cause: .calledWrongly)
        }
        guard steps.count < ConfigLimit.depth else {
            throw HouseMessage("--set \(text): nested deeper than \(ConfigLimit.depth) levels")
        }
        self.text = text
        self.steps = steps
        let place = Place.override(text)
        let written = Array(text[text.index(after: equals)...].utf8)
        value =
            written.isEmpty
            ? ConfigNode(value: .scalar(.init(text: "", isQuoted: true)), place: place)
            : try ConfigParser.parse(written, file: "--set", override: place)
    }

    func apply(to root: inout ConfigNode) throws(HouseMessage) {
        try set(steps[...], in: &root)
    }

    private func set(_ rest: ArraySlice<Step>, in node: inout ConfigNode) throws(HouseMessage) {
        guard let step = rest.first else {
            node = value
            return
        }
        let below = rest.dropFirst()
        switch (step, node.value) {
        case (.key(let key), .mapping(var entries)):
            let index = Self.index(of: step, in: node) ?? entries.count
            if index == entries.count {
                entries.append(.init(key: key, place: value.place, node: Self.empty(value.place)))
            }
            try set(below, in: &entries[index].node)
            node.value = .mapping(entries)
        case (.key, .scalar) where node.isNull:
            node = ConfigNode(value: .mapping([]), place: value.place)
            try set(rest, in: &node)
        case (.item(let name), .sequence(var items)):
            guard let index = Self.index(of: step, in: node) else {
                throw HouseMessage(
                    "--set \(text): there is no item [\(name)] in a list of \(items.count)",
                    help: "count from 0, or name the item's id", cause: .calledWrongly)
            }
            try set(below, in: &items[index])
            node.value = .sequence(items)
        default:
            let wanted = if case .key(let key) = step { "key \"\(key)\"" } else { "an item" }
            throw HouseMessage(
                "--set \(text): \(wanted) was asked of \(node.found)", cause: .calledWrongly)
        }
    }

    private static func empty(_ place: Place) -> ConfigNode {
        ConfigNode(value: .scalar(.init(text: "", isQuoted: false)), place: place)
    }

    /// Position of the entry or item that a step names, or nil.
    static func index(of step: Step, in node: ConfigNode) -> Int? {
        switch (step, node.value) {
        case (.key(let key), .mapping(let entries)):
            return entries.firstIndex { $0.key == key }
        case (.item(let name), .sequence(let items)):
            if let index = Int(name) { return items.indices.contains(index) ? index : nil }
            return items.firstIndex { $0.isNamed(name) }
        default: return nil
        }
    }

    /// Takes `a.b[0].c` apart, or returns nil when it is no path.
    static func steps(_ path: String) -> [Step]? {
        var steps: [Step] = []
        for part in path.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let key = pieces.first, !key.isEmpty, !key.contains("]") else { return nil }
            steps.append(.key(String(key)))
            for piece in pieces.dropFirst() {
                guard piece.last == "]", piece.count > 1 else { return nil }
                steps.append(.item(String(piece.dropLast())))
            }
        }
        return steps
    }
}

extension ConfigNode {
    fileprivate func isNamed(_ name: String) -> Bool {
        ["id", "name"].contains { key in
            guard case .scalar(let scalar)? = self[key]?.value else { return false }
            return scalar.text == name
        }
    }
}

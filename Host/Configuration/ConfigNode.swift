/// Where a value was written.
package enum Place: Hashable, Sendable {
    /// Line and column in the file, both from 1.
    case file(line: Int, column: Int)
    /// Text of an override from the command line, such as `seed=7`.
    case override(String)
}

/// One value of a configuration file, with the place where it stands.
package struct ConfigNode: Hashable, Sendable {
    package indirect enum Value: Hashable, Sendable {
        case mapping([Entry])
        case sequence([ConfigNode])
        case scalar(Scalar)
    }

    /// One key of a mapping, in the order of the file.
    package struct Entry: Hashable, Sendable {
        package let key: String
        /// Where the key stands.
        package let place: Place
        package var node: ConfigNode
    }

    package struct Scalar: Hashable, Sendable {
        package let text: String
        /// Whether it was written in quotes or as a block, and so is never null.
        package let isQuoted: Bool
    }

    package var value: Value
    package let place: Place

    /// Whether the value says that there is none: empty, `~` or `null`, without quotes.
    package var isNull: Bool {
        guard case .scalar(let scalar) = value, !scalar.isQuoted else { return false }
        return ["", "~", "null"].contains(scalar.text)
    }

    /// The node under `key` of a mapping; nil where there is none, or where it is null.
    package subscript(key: String) -> ConfigNode? {
        guard case .mapping(let entries) = value,
            let entry = entries.first(where: { $0.key == key }), !entry.node.isNull
        else { return nil }
        return entry.node
    }

    /// What it is, in the words of a message: `a mapping`, `a list`, `"text"`.
    package var found: String {
        switch value {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let scalar): isNull ? "nothing" : "\"\(scalar.text.prefix(80))\""
        }
    }
}

/// A path to a node: `accounts[0].risk.max_drawdown`; empty for the whole file.
package struct ConfigPath: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ text: String = "") { description = text }

    package func key(_ key: String) -> ConfigPath {
        ConfigPath(description.isEmpty ? key : description + "." + key)
    }

    package func index(_ index: Int) -> ConfigPath { ConfigPath(description + "[\(index)]") }
}

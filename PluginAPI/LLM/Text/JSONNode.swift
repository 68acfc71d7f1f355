/// A JSON value that keeps the order of its keys and the digits of its numbers.
public indirect enum JSONNode: Hashable, Sendable {
    /// Nothing.
    case null
    /// True or false.
    case flag(Bool)
    /// A number, as it was written.
    case number(String)
    /// A text, without escapes.
    case text(String)
    /// Values in order.
    case list([JSONNode])
    /// Keys with their values, in order.
    case object([Member])

    /// One key and its value.
    public struct Member: Hashable, Sendable {
        /// Without escapes.
        public let key: String
        /// What stands there.
        public let value: JSONNode

        public init(_ key: String, _ value: JSONNode) {
            self.key = key
            self.value = value
        }
    }

    /// A whole number.
    public static func integer(_ value: some BinaryInteger) -> JSONNode { .number(String(value)) }

    /// The shortest digits that give the same double again; null when it is not finite.
    public static func real(_ value: Double?) -> JSONNode {
        guard let value, value.isFinite else { return .null }
        return .number(value.description)
    }

    /// A text, or null.
    public static func optional(_ value: String?) -> JSONNode { value.map(JSONNode.text) ?? .null }

    /// What stands at a key of an object; nil when it is none, or has no such key.
    public subscript(key: String) -> JSONNode? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The members of an object; none of anything else.
    public var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// The values of a list; none of anything else.
    public var items: [JSONNode] {
        guard case .list(let items) = self else { return [] }
        return items
    }

    /// The text, when it is one.
    public var string: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The whole number, when it is one that fits.
    public var integer: Int64? {
        guard case .number(let digits) = self else { return nil }
        return Int64(digits)
    }

    /// The value on one line: the only spelling of it, so that equal values have equal digests.
    public var line: String {
        var out = ""
        write(to: &out)
        return out
    }

    private func write(to out: inout String) {
        switch self {
        case .null: out += "null"
        case .flag(let value): out += value ? "true" : "false"
        case .number(let digits): out += digits
        case .text(let text): JSONNode.quote(text, to: &out)
        case .list(let items):
            out += "["
            for (index, item) in items.enumerated() {
                if index > 0 { out += "," }
                item.write(to: &out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { out += "," }
                JSONNode.quote(member.key, to: &out)
                out += ":"
                member.value.write(to: &out)
            }
            out += "}"
        }
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{0}"..<" ":
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}

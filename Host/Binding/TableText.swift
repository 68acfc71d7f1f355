/// A value of a table with the line that it begins in.
struct TableNode: Equatable {
    let line: Int
    let value: TableValue
}

/// A JSON value that keeps the text of its numbers and the order of its members.
indirect enum TableValue: Equatable {
    case null
    case flag(Bool)
    case number(String)
    case text(String)
    case list([TableNode])
    case object([(key: String, node: TableNode)])

    static func == (one: TableValue, other: TableValue) -> Bool {
        switch (one, other) {
        case (.null, .null): true
        case (.flag(let a), .flag(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.text(let a), .text(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.object(let a), .object(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.node == $1.node }
        default: false
        }
    }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .flag(let value): "\(value)"
        case .number(let text): "the number \(text.prefix(40))"
        case .text(let text): "\"\(text.prefix(60))\""
        case .list: "a list"
        case .object: "an object"
        }
    }
}

/// Reads JSON (RFC 8259) and nothing beyond it: no repeated member, no value after the end.
struct TableText {
    private let bytes: [UInt8]
    private var place = 0
    private var line = 1

    /// Deepest nesting: a table needs five.
    private static let depthMax = 16

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads a whole text.
    static func read(_ bytes: [UInt8]) throws(BindingMistake) -> TableNode {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw BindingMistake("the file is not UTF-8")
        }
        var text = TableText(bytes)
        let node = try text.node(0)
        text.skipBlanks()
        guard text.place == bytes.count else { throw text.mistake("the end of the file") }
        return node
    }

    private func mistake(_ expected: String) -> BindingMistake {
        let rest = bytes[place...].prefix(12).prefix { $0 >= 0x20 }
        let found =
            place < bytes.count
            ? "\"\(String(decoding: rest, as: UTF8.self))\"" : "the end of the file"
        return BindingMistake("\(expected) was expected, found was \(found)", line: line)
    }

    private mutating func skipBlanks() {
        while place < bytes.count {
            switch bytes[place] {
            case 0x0A: line += 1
            case 0x20, 0x09, 0x0D: break
            default: return
            }
            place += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func node(_ depth: Int) throws(BindingMistake) -> TableNode {
        skipBlanks()
        guard depth < Self.depthMax else {
            throw BindingMistake("values are nested more than \(Self.depthMax) deep", line: line)
        }
        let start = line
        return TableNode(line: start, value: try value(depth))
    }

    private mutating func value(_ depth: Int) throws(BindingMistake) -> TableValue {
        guard place < bytes.count else { throw mistake("a value") }
        switch bytes[place] {
        case 0x7B: return try object(depth)
        case 0x5B: return try list(depth)
        case 0x22: return .text(try text())
        case 0x2D, 0x30...0x39: return .number(try number())
        default: return try word()
        }
    }

    private mutating func word() throws(BindingMistake) -> TableValue {
        let words: [(String, TableValue)] = [
            ("true", .flag(true)), ("false", .flag(false)), ("null", .null),
        ]
        for (word, value) in words where bytes[place...].starts(with: word.utf8) {
            place += word.utf8.count
            return value
        }
        throw mistake("a value")
    }

    private mutating func object(_ depth: Int) throws(BindingMistake) -> TableValue {
        place += 1
        var members: [(key: String, node: TableNode)] = []
        var keys: Set<String> = []
        skipBlanks()
        if take(0x7D) { return .object([]) }
        while true {
            skipBlanks()
            guard place < bytes.count, bytes[place] == 0x22 else { throw mistake("a name") }
            let key = try text()
            guard keys.insert(key).inserted else {
                throw BindingMistake("\"\(key.prefix(60))\" stands twice in one object", line: line)
            }
            skipBlanks()
            guard take(0x3A) else { throw mistake("\":\"") }
            members.append((key, try node(depth + 1)))
            skipBlanks()
            if take(0x7D) { return .object(members) }
            guard take(0x2C) else { throw mistake("\",\" or \"}\"") }
        }
    }

    private mutating func list(_ depth: Int) throws(BindingMistake) -> TableValue {
        place += 1
        var nodes: [TableNode] = []
        skipBlanks()
        if take(0x5D) { return .list([]) }
        while true {
            nodes.append(try node(depth + 1))
            skipBlanks()
            if take(0x5D) { return .list(nodes) }
            guard take(0x2C) else { throw mistake("\",\" or \"]\"") }
        }
    }

    private mutating func number() throws(BindingMistake) -> String {
        let start = place
        _ = take(0x2D)
        if !take(0x30) { try digits() }
        if take(0x2E) { try digits() }
        if take(0x65) || take(0x45) {
            if !take(0x2B) { _ = take(0x2D) }
            try digits()
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func digits() throws(BindingMistake) {
        let start = place
        while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
        guard place > start else { throw mistake("a digit") }
    }

    private mutating func text() throws(BindingMistake) -> String {
        place += 1
        var found: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case 0x22:
                place += 1
                return String(decoding: found, as: UTF8.self)
            case 0x5C:
                place += 1
                found += try escaped()
            case 0..<0x20: throw mistake("a character, or \\u and its number,")
            default:
                found.append(byte)
                place += 1
            }
        }
        throw mistake("\"")
    }

    private mutating func escaped() throws(BindingMistake) -> [UInt8] {
        let plain: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D,
            0x74: 0x09,
        ]
        guard place < bytes.count else { throw mistake("an escaped character") }
        if let byte = plain[bytes[place]] {
            place += 1
            return [byte]
        }
        guard take(0x75) else { throw mistake("an escaped character") }
        var code = try hex()
        if (0xD800..<0xDC00).contains(code), take(0x5C), take(0x75) {
            let low = try hex()
            guard (0xDC00..<0xE000).contains(low) else { throw mistake("half a character") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw mistake("a whole character") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func hex() throws(BindingMistake) -> UInt32 {
        guard place + 4 <= bytes.count,
            let code = UInt32(
                String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16),
            bytes[place] != 0x2B, bytes[place] != 0x2D
        else { throw mistake("four hexadecimal digits") }
        place += 4
        return code
    }
}

/// Reads the few Python literals that describe a NumPy array.
struct PythonLiteral {
    indirect enum Value: Equatable {
        case text(String)
        case number(Int)
        case name(String)
        /// A list or tuple.
        case list([Value])
        case dictionary([String: Value])
    }

    /// Nesting that a description of an array can need, with room.
    private static let depthMax = 8
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether only blanks are left.
    var isAtEnd: Bool { bytes[index...].allSatisfy(Self.isBlank) }

    /// Reads one value; nil when there is none.
    mutating func value(depth: Int = 0) -> Value? {
        guard depth < Self.depthMax, let byte = peek() else { return nil }
        switch byte {
        case 0x27, 0x22: return text().map { .text($0) }
        case 0x28: return list(until: 0x29, depth)
        case 0x5B: return list(until: 0x5D, depth)
        case 0x7B: return dictionary(depth)
        case 0x30...0x39: return number()
        default: return name()
        }
    }

    private mutating func list(until end: UInt8, _ depth: Int) -> Value? {
        index += 1
        var values: [Value] = []
        while let byte = peek() {
            if byte == end {
                index += 1
                return .list(values)
            }
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
            guard separated(from: end) else { return nil }
        }
        return nil
    }

    private mutating func dictionary(_ depth: Int) -> Value? {
        index += 1
        var entries: [String: Value] = [:]
        while let byte = peek() {
            if byte == 0x7D {
                index += 1
                return .dictionary(entries)
            }
            guard case .text(let key)? = value(depth: depth + 1), peek() == 0x3A else { return nil }
            index += 1
            guard let value = value(depth: depth + 1) else { return nil }
            entries[key] = value
            guard separated(from: 0x7D) else { return nil }
        }
        return nil
    }

    /// Passes a comma; true also before `end`.
    private mutating func separated(from end: UInt8) -> Bool {
        if peek() == 0x2C {
            index += 1
            return true
        }
        return peek() == end
    }

    /// Reads a text without escapes.
    private mutating func text() -> String? {
        let quote = bytes[index], first = index + 1
        guard let last = bytes[first...].firstIndex(of: quote),
            !bytes[first..<last].contains(0x5C)
        else { return nil }
        index = last + 1
        return String(validating: bytes[first..<last], as: UTF8.self)
    }

    private mutating func number() -> Value? {
        let digits = bytes[index...].prefix { $0 >= 0x30 && $0 <= 0x39 }
        index = digits.endIndex
        // Python 2 wrote long integers with an L.
        if index < bytes.count, bytes[index] == 0x4C { index += 1 }
        return Int(String(decoding: digits, as: UTF8.self)).map { .number($0) }
    }

    private mutating func name() -> Value? {
        let letters = bytes[index...].prefix {
            (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
        guard !letters.isEmpty else { return nil }
        index = letters.endIndex
        return .name(String(decoding: letters, as: UTF8.self))
    }

    private mutating func peek() -> UInt8? {
        while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
        return index < bytes.count ? bytes[index] : nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}

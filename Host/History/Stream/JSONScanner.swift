/// Walks over JSON text without making values of it: every value is its own bytes.
///
/// Nothing is read outside the bytes, whatever they are. Numbers are not judged here, only where
/// they end; whoever needs one reads it exactly.
struct JSONScanner {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Objects and arrays inside one another; venues use five.
    static let depthMax = 32

    private let bytes: Bytes
    /// Place of the next byte.
    private(set) var at = 0

    init(_ bytes: Bytes) { self.bytes = bytes }

    /// The next byte that is no blank; nil at the end.
    mutating func peek() -> UInt8? {
        while at < bytes.count, Self.isBlank(bytes[at]) { at += 1 }
        return at < bytes.count ? bytes[at] : nil
    }

    /// Whether the next value is an array.
    mutating func isAtArray() -> Bool { peek() == 0x5B }

    /// Whether the next value is an object.
    mutating func isAtObject() -> Bool { peek() == 0x7B }

    /// Requires that nothing follows.
    mutating func end() throws(StreamFault) {
        if peek() != nil { throw .notJSON(at: at) }
    }

    /// Goes through an object; `member` reads the value behind each key.
    @inline(__always)
    mutating func object(
        _ member: (Bytes, inout JSONScanner) throws(StreamFault) -> Void
    ) throws(StreamFault) {
        try take(0x7B)
        if peek() == 0x7D { return at += 1 }
        while true {
            guard peek() == 0x22 else { throw .notJSON(at: at) }
            let key = Self.inner(try value())
            try take(0x3A)
            try member(key, &self)
            if try !goesOn(until: 0x7D) { return }
        }
    }

    /// Goes through an array; `element` reads each value.
    @inline(__always)
    mutating func array(
        _ element: (inout JSONScanner) throws(StreamFault) -> Void
    ) throws(StreamFault) {
        try take(0x5B)
        if peek() == 0x5D { return at += 1 }
        while true {
            try element(&self)
            if try !goesOn(until: 0x5D) { return }
        }
    }

    /// Passes over one value and returns its bytes, a string with its quotes.
    mutating func value() throws(StreamFault) -> Bytes {
        guard let first = peek() else { throw .notJSON(at: at) }
        let start = at
        switch first {
        case 0x22: try passString()
        case 0x7B, 0x5B: try passNested()
        default: try passWord()
        }
        return Bytes(rebasing: bytes[start..<at])
    }

    /// Passes over a string or number and returns its text, without quotes.
    mutating func text() throws(StreamFault) -> Bytes {
        guard let first = peek(), first != 0x7B, first != 0x5B else { throw .notJSON(at: at) }
        return Self.inner(try value())
    }

    /// A string without its quotes; other values as they are.
    static func inner(_ value: Bytes) -> Bytes {
        guard value.count >= 2, value[0] == 0x22 else { return value }
        return Bytes(rebasing: value[1..<value.count - 1])
    }

    private mutating func take(_ byte: UInt8) throws(StreamFault) {
        guard peek() == byte else { throw .notJSON(at: at) }
        at += 1
    }

    /// Takes a comma, or the end of the object or array.
    private mutating func goesOn(until close: UInt8) throws(StreamFault) -> Bool {
        let next = peek()
        guard next == 0x2C || next == close else { throw .notJSON(at: at) }
        at += 1
        return next == 0x2C
    }

    private mutating func passString() throws(StreamFault) {
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            if byte == 0x22 { return at += 1 }
            if byte < 0x20 { throw .notJSON(at: at) }
            at += byte == 0x5C ? 2 : 1
        }
        at = bytes.count
        throw .notJSON(at: at)
    }

    /// Passes over a number, true, false or null.
    private mutating func passWord() throws(StreamFault) {
        let start = at
        while at < bytes.count, Self.isOfWord(bytes[at]) { at += 1 }
        if at == start { throw .notJSON(at: at) }
    }

    /// Passes over an object or array with all that is in it, checking how they nest.
    private mutating func passNested() throws(StreamFault) {
        var closes: [32 of UInt8] = .init(repeating: 0)
        var depth = 0, needsValue = false
        while let byte = peek() {
            switch byte {
            case 0x7B, 0x5B:
                guard depth < Self.depthMax else { throw .tooDeep }
                closes[depth] = byte + 2
                depth += 1
                at += 1
                needsValue = false
                continue
            case 0x7D, 0x5D:
                guard closes[depth - 1] == byte, !needsValue else { throw .notJSON(at: at) }
                depth -= 1
                at += 1
                if depth == 0 { return }
            case 0x22: try passString()
            default: try passWord()
            }
            needsValue = try passBetween()
        }
        throw .notJSON(at: at)
    }

    /// Passes over a comma or colon, after which a value has to come; false where there is none.
    private mutating func passBetween() throws(StreamFault) -> Bool {
        switch peek() {
        case 0x2C, 0x3A:
            at += 1
            return true
        case 0x7D, 0x5D: return false
        default: throw .notJSON(at: at)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }

    /// Whether a byte may be part of a number, true, false or null.
    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x2B, 0x2D, 0x2E, 0x45: true
        default: false
        }
    }
}

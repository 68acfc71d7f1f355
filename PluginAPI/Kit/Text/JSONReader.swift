/// A place in a message of flat JSON.
struct JSONReader {
    private let bytes: Bytes
    private var at = 0

    init(_ bytes: Bytes) { self.bytes = bytes }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipSpace() {
        while next == 0x20 || next == 0x09 || next == 0x0D || next == 0x0A { at += 1 }
    }

    /// Whether nothing but space follows.
    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return at == bytes.count
        }
    }

    /// Reads one byte after space, when it is `wanted`.
    mutating func take(_ wanted: UInt8) -> Bool {
        skipSpace()
        guard next == wanted else { return false }
        at += 1
        return true
    }

    /// Reads a key and what stands there.
    mutating func field() -> JSONObject.Field? {
        guard case .text(let key) = string(), take(0x3A) else { return nil }
        skipSpace()
        let value: JSONValue? =
            switch next {
            case 0x22: string()
            case 0x74: literal("true", .boolean(true))
            case 0x66: literal("false", .boolean(false))
            case 0x6E: literal("null", .null)
            default: number()
            }
        return value.map { JSONObject.Field(key: key, value: $0) }
    }

    private mutating func literal(_ word: Bytes, _ value: JSONValue) -> JSONValue? {
        guard bytes.count - at >= word.count, bytes[at..<at + word.count] == word else {
            return nil
        }
        at += word.count
        return value
    }

    private mutating func string() -> JSONValue? {
        guard take(0x22) else { return nil }
        let start = at
        var hasEscapes = false
        while let byte = next, byte != 0x22 {
            guard byte >= 0x20 else { return nil }
            at += 1
            guard byte == 0x5C else { continue }
            hasEscapes = true
            guard escape() else { return nil }
        }
        guard next == 0x22 else { return nil }
        let inner = bytes[start..<at]
        at += 1
        return hasEscapes ? .escaped(inner) : .text(inner)
    }

    /// Reads what follows a backslash.
    private mutating func escape() -> Bool {
        guard let kind = next else { return false }
        at += 1
        guard kind == 0x75 else { return ("\"\\/bfnrt" as Bytes).contains(kind) }
        for _ in 0..<4 {
            guard let digit = next, ("0123456789abcdefABCDEF" as Bytes).contains(digit) else {
                return false
            }
            at += 1
        }
        return true
    }

    private mutating func number() -> JSONValue? {
        let start = at
        if next == 0x2D { at += 1 }
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[at - whole] != 0x30 else { return nil }
        if next == 0x2E {
            at += 1
            guard digits() > 0 else { return nil }
        }
        if next == 0x65 || next == 0x45 {
            at += 1
            if next == 0x2B || next == 0x2D { at += 1 }
            guard digits() > 0 else { return nil }
        }
        return .number(bytes[start..<at])
    }

    /// Reads digits. Returns how many there were.
    private mutating func digits() -> Int {
        let start = at
        while let next, (0x30...0x39).contains(next) { at += 1 }
        return at - start
    }
}

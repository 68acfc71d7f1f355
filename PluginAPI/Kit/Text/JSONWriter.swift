/// Writes flat JSON objects, one at a time, into memory that it keeps for the next.
public struct JSONWriter: Sendable {
    /// The object as far as it is written.
    public private(set) var bytes: [UInt8] = []

    /// A writer whose memory holds objects of `capacity` bytes without growing.
    public init(capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    /// Starts an object; the one before is gone.
    public mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(0x7B)
    }

    /// Adds a text, with escapes where it needs them.
    public mutating func text(_ key: Bytes, _ value: String) {
        add(key)
        quote(value.utf8)
    }

    /// Adds a number as a text.
    public mutating func text(_ key: Bytes, _ value: DecimalText) {
        add(key)
        bytes.append(0x22)
        value.write(to: &bytes)
        bytes.append(0x22)
    }

    /// Adds a number.
    public mutating func number(_ key: Bytes, _ value: DecimalText) {
        add(key)
        value.write(to: &bytes)
    }

    /// Adds true or false.
    public mutating func boolean(_ key: Bytes, _ value: Bool) {
        add(key)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Ends the object. Returns its bytes.
    public mutating func end() -> [UInt8] {
        bytes.append(0x7D)
        return bytes
    }

    private mutating func add(_ key: Bytes) {
        if bytes.count > 1 { bytes.append(0x2C) }
        quote(key)
        bytes.append(0x3A)
    }

    private mutating func quote(_ text: some Sequence<UInt8>) {
        let hex: Bytes = "0123456789abcdef"
        bytes.append(0x22)
        for byte in text {
            if byte == 0x22 || byte == 0x5C { bytes.append(0x5C) }
            guard byte < 0x20 else {
                bytes.append(byte)
                continue
            }
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(hex[Int(byte >> 4)])
            bytes.append(hex[Int(byte & 15)])
        }
        bytes.append(0x22)
    }
}

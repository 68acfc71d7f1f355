import RialtoKit

/// Memory that is handed to a plugin and released at once.
final class Arena {
    private var blocks: [UnsafeMutableRawPointer] = []

    deinit { for block in blocks { block.deallocate() } }

    /// Copies values. Valid while the arena lives.
    func column<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafePointer<Value> {
        let column = UnsafeMutablePointer<Value>.allocate(capacity: max(1, values.count))
        column.initialize(from: values, count: values.count)
        blocks.append(UnsafeMutableRawPointer(column))
        return UnsafePointer(column)
    }

    /// Copies a value that is changed in place. Valid while the arena lives.
    func one<Value: BitwiseCopyable>(_ value: Value) -> UnsafeMutablePointer<Value> {
        let place = UnsafeMutablePointer<Value>.allocate(capacity: 1)
        place.initialize(to: value)
        blocks.append(UnsafeMutableRawPointer(place))
        return place
    }

    /// Copies a text. Valid while the arena lives.
    func text(_ text: String) -> rialto_text_t { bytes(Array(text.utf8)) }

    /// Copies bytes. Valid while the arena lives.
    func bytes(_ bytes: [UInt8]) -> rialto_text_t {
        let copy = column(bytes.map { CChar(bitPattern: $0) })
        return rialto_text_t(data: copy, size: UInt64(bytes.count))
    }
}

extension String {
    /// Copies a text of the contract.
    init(copying text: rialto_text_t) {
        let bytes = UnsafeRawBufferPointer(start: text.data, count: Int(text.size))
        self = String(decoding: bytes, as: UTF8.self)
    }
}

extension rialto_error_t {
    /// The text, up to its zero.
    var message: String {
        withUnsafeBytes(of: text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// Bytes that someone else owns, such as the body of an answer. Valid for the callback that is
/// given them; a literal is valid for ever.
///
/// Reading past the end is a bug of the reader and stops the process.
public struct Bytes: Equatable, Sequence, ExpressibleByStringLiteral {
    fileprivate let buffer: UnsafeBufferPointer<UInt8>

    /// Bytes at a place, which the caller keeps valid.
    public init(_ buffer: UnsafeBufferPointer<UInt8>) { self.buffer = buffer }

    /// A text of the contract.
    init(_ text: rialto_text_t) {
        let raw = UnsafeRawPointer(text.data)
        buffer = UnsafeBufferPointer(
            start: raw?.assumingMemoryBound(to: UInt8.self), count: raw == nil ? 0 : Int(text.size))
    }

    public init(stringLiteral literal: StaticString) {
        precondition(literal.hasPointerRepresentation, "a literal is more than one character")
        buffer = UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    }

    /// How many there are.
    public var count: Int { buffer.count }

    /// Whether there are none.
    public var isEmpty: Bool { buffer.isEmpty }

    /// Where they lie; nil when there are none.
    var base: UnsafePointer<UInt8>? { buffer.baseAddress }

    /// The byte at a place, 0..<count.
    public subscript(index: Int) -> UInt8 {
        precondition(buffer.indices.contains(index), "the place is within the bytes")
        return buffer[index]
    }

    /// The bytes of a range within 0...count, counted from 0 again.
    public subscript(range: Range<Int>) -> Bytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "the range is within")
        return Bytes(UnsafeBufferPointer(rebasing: buffer[range]))
    }

    /// Goes through the bytes from the front.
    public func makeIterator() -> UnsafeBufferPointer<UInt8>.Iterator { buffer.makeIterator() }

    /// Whether they are UTF-8.
    public var isUTF8: Bool {
        do {
            _ = try UTF8Span(validating: buffer.span)
            return true
        } catch { return false }
    }

    /// Whether they are the UTF-8 of `text`.
    public func spells(_ text: String) -> Bool { buffer.elementsEqual(text.utf8) }

    /// Whether both have the same bytes, wherever they lie.
    public static func == (a: Bytes, b: Bytes) -> Bool { a.buffer.elementsEqual(b.buffer) }
}

extension String {
    /// Copies bytes; what is no UTF-8 in them is replaced.
    public init(_ bytes: Bytes) { self = String(decoding: bytes.buffer, as: UTF8.self) }
}

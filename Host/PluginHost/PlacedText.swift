import CRialto
import CRialtoDraft
import RialtoValues

/// Why the bytes of a request do not say what was asked for.
struct TermMismatch: Error {
    /// Begins with the term's name.
    let text: String
}

/// The bytes at one place of a request, and the bytes beside them. Valid while the request is.
struct PlacedText {
    /// Name of the term, for messages.
    let term: String
    let bytes: UnsafeBufferPointer<UInt8>
    private let before: UInt8?
    private let after: UInt8?

    /// Longest text of one term, in bytes.
    static let sizeMax = 256

    /// Finds a place in the body or the url.
    ///
    /// - Throws: ``TermMismatch`` when it is empty, too long, or not inside.
    init(
        _ term: String, _ place: rialto_range_t, in output: rialto_output_t
    ) throws(TermMismatch) {
        let part: rialto_text_t
        switch place.part {
        case RIALTO_PART_BODY: part = output.body
        case RIALTO_PART_URL: part = output.url
        default: throw TermMismatch(text: "\(term) has no place in the body or the url")
        }
        let offset = UInt64(place.offset)
        let size = place.size == .max ? part.size.subtractingClamped(offset) : UInt64(place.size)
        guard size > 0, size <= Self.sizeMax else {
            throw TermMismatch(
                text: "\(term) has a place of \(size) bytes, allowed is 1...\(Self.sizeMax)")
        }
        guard offset + size <= part.size, part.size <= Self.partMax, let data = part.data else {
            throw TermMismatch(
                text: "\(term) has a place at \(offset), size \(size), outside its "
                    + "\(part.size) bytes")
        }
        let start = UnsafeRawPointer(data).assumingMemoryBound(to: UInt8.self)
        self.term = term
        bytes = UnsafeBufferPointer(start: start + Int(offset), count: Int(size))
        before = offset > 0 ? start[Int(offset) - 1] : nil
        after = offset + size < part.size ? start[Int(offset + size)] : nil
    }

    /// Largest body or url that is looked into, in bytes.
    private static let partMax: UInt64 = 1 << 20

    /// The text, for messages.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Checks that the text is not a piece of a longer one.
    ///
    /// - Parameter joins: Whether a byte beside the text would belong to it.
    func checkWhole(_ joins: (UInt8) -> Bool) throws(TermMismatch) {
        guard !(before.map(joins) ?? false), !(after.map(joins) ?? false) else {
            throw TermMismatch(
                text: "\(term) has a place that holds \(text), which is a piece of a longer text")
        }
    }

    /// Checks that the text is digits with at most one point, and that it is `value`.
    ///
    /// - Parameters:
    ///   - value: Units of 10^-`decimals`.
    ///   - notations: Those under which all texts so far were right; those that this one rules out
    ///     are taken away.
    func checkNumber(
        _ value: Int64, decimals: Int, _ notations: inout NumberNotations
    ) throws(TermMismatch) {
        var found: NumberNotations = []
        if bytes.allSatisfy({ isDigit($0) || $0 == 0x2E }) {
            if (try? ExactDecimal.units(bytes, decimals: decimals)) == value {
                found.insert(.decimal)
            }
            if (try? ExactDecimal.units(bytes, decimals: 0)) == value { found.insert(.units) }
        }
        guard !notations.isDisjoint(with: found) else {
            let asked = ExactDecimal.text(Int128(value), decimals: decimals)
            throw TermMismatch(
                text: "\(term) is written as \(text) in the request, and \(asked) was asked for")
        }
        notations.formIntersection(found)
    }
}

/// How a venue writes numbers: `0.0105`, or the count of the instrument's units.
struct NumberNotations: OptionSet {
    let rawValue: UInt8
    static let decimal = NumberNotations(rawValue: 1)
    static let units = NumberNotations(rawValue: 2)
    static let any: NumberNotations = [.decimal, .units]
}

func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }

extension UInt64 {
    fileprivate func subtractingClamped(_ other: UInt64) -> UInt64 {
        self > other ? self - other : 0
    }
}

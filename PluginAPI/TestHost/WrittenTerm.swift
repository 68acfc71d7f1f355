import RialtoKit

/// A term of an order at the place that an exchange names, as the host reads it for itself.
struct WrittenTerm {
    let name: String
    let place: ByteRange
    /// What may not stand beside the place, besides digits.
    let joining: String
    /// Whether a text may stand there.
    let allows: (String) -> Bool

    private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

    /// The terms that the request of an order has.
    static func all(_ terms: OrderTerms, _ info: InstrumentInfo) -> [WrittenTerm] {
        let places = terms.places, inNumber = letters + ".+-_\\%"
        let isMarket = terms.price == 0
        return [
            WrittenTerm(
                name: "instrument", place: places.instrument, joining: letters + "-_\\%",
                allows: { _ in true }),
            WrittenTerm(
                name: "side", place: places.side, joining: letters + "\\%", allows: { _ in true }),
            WrittenTerm(
                name: "client id", place: places.clientId, joining: ".\\%",
                allows: { UInt64($0) == terms.clientId }),
            WrittenTerm(
                name: "quantity", place: places.quantity, joining: inNumber,
                allows: { spells($0, terms.quantity, info.quantityDecimals) }),
            WrittenTerm(
                name: "price", place: places.price, joining: inNumber,
                allows: { !isMarket && spells($0, terms.price, info.priceDecimals) }),
        ].filter { !isMarket || $0.name != "price" || $0.place.size > 0 }
    }

    /// Whether digits with at most one point are the decimal, or the count of units.
    private static func spells(_ text: String, _ units: Int64, _ decimals: Int) -> Bool {
        guard !text.hasPrefix("-") else { return false }
        return Array(text.utf8).withUnsafeBufferPointer { bytes in
            let bytes = Bytes(bytes)
            return bytes.units(decimals: 0) == units || bytes.units(decimals: decimals) == units
        }
    }

    /// Throws when the term does not stand at its place, or is a piece of something longer.
    func check(_ output: TestOutput) throws(TestFailure) {
        let bytes = Array((place.part == .url ? output.url : output.body).utf8)
        let start = Int(place.offset), end = start + Int(place.size)
        guard place.part == .url || place.part == .body, (1...256).contains(place.size),
            end <= bytes.count
        else { throw .contract("the \(name) has no place") }
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        let beside = bytes[..<start].suffix(1) + bytes[end...].prefix(1)
        let isPiece = beside.contains { byte in
            (0x30...0x39).contains(byte) || joining.utf8.contains(byte)
        }
        guard allows(text), !isPiece else {
            throw .contract("the \(name) is not what stands at its place: \(text)")
        }
    }

    /// Throws when two terms share bytes.
    static func checkApart(_ terms: [WrittenTerm]) throws(TestFailure) {
        for (index, term) in terms.enumerated() {
            let a = term.place
            for other in terms[..<index] {
                let b = other.place
                guard
                    a.part != b.part || a.offset >= b.offset + b.size
                        || b.offset >= a.offset + a.size
                else { throw .contract("the places of \(other.name) and \(term.name) overlap") }
            }
        }
    }
}

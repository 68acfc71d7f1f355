import RialtoValues

/// Numbers and short texts at fixed places of one block of bytes.
struct HeaderPage {
    var bytes: [UInt8]

    mutating func put<Number: FixedWidthInteger>(_ value: Number, at place: Int) {
        for index in 0..<(Number.bitWidth / 8) {
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
    }

    mutating func put(_ values: [UInt8], at place: Int) {
        bytes.replaceSubrange(place..<place + values.count, with: values)
    }

    mutating func put(text: String, at place: Int) {
        put(UInt16(text.utf8.count), at: place)
        put(Array(text.utf8), at: place + 2)
    }

    func get<Number: FixedWidthInteger>(_ place: Int, as type: Number.Type) -> Number {
        var value: Number = 0
        for index in 0..<(Number.bitWidth / 8) {
            value |= Number(truncatingIfNeeded: bytes[place + index]) << (8 * index)
        }
        return value
    }

    func text(_ place: Int) -> String? {
        let length = Int(get(place, as: UInt16.self))
        guard length <= 64 else { return nil }
        return String(validating: bytes[place + 2..<place + 2 + length], as: UTF8.self)
    }

    var instrument: Instrument? {
        guard let kind = InstrumentKind(rawValue: UInt8(clamping: get(60, as: UInt32.self))),
            let name = text(96), let venue = text(168), let currency = text(240)
        else { return nil }
        return Instrument(
            name: name, venue: venue, kind: kind, priceDecimals: Int(get(52, as: UInt32.self)),
            quantityDecimals: Int(get(56, as: UInt32.self)), priceStep: get(64, as: Int64.self),
            quantityStep: get(72, as: Int64.self), currency: currency,
            multiplier: get(80, as: Int64.self))
    }

    /// The checksum of everything before the checksum's own place.
    var checksum: UInt64 {
        bytes.withUnsafeBytes { Checksum.xxh64(UnsafeRawBufferPointer(rebasing: $0[0..<4088])) }
    }
}

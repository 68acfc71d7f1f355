extension ColumnValues {
    /// Number of the kind in the file; never reused.
    var kind: Int64 {
        switch self {
        case .integers: 1
        case .wide: 2
        case .numbers: 3
        case .texts: 4
        }
    }

    /// The values as bytes: little-endian, texts headed by their length in 32 bits.
    var bytes: [UInt8] {
        switch self {
        case .integers(let values): Self.packed(values)
        case .wide(let values): Self.packed(values)
        case .numbers(let values): Self.packed(values.map(\.bitPattern))
        case .texts(let values):
            values.flatMap { Self.packed([UInt32($0.utf8.count)]) + Array($0.utf8) }
        }
    }

    /// Reads what ``bytes`` wrote; nil when the bytes are no `count` values of that kind.
    init?(kind: Int64, count: Int, bytes: [UInt8]) {
        switch kind {
        case 1:
            guard let values = Self.unpacked(bytes, count, as: Int64.self) else { return nil }
            self = .integers(values)
        case 2:
            guard let values = Self.unpacked(bytes, count, as: Int128.self) else { return nil }
            self = .wide(values)
        case 3:
            guard let values = Self.unpacked(bytes, count, as: UInt64.self) else { return nil }
            self = .numbers(values.map { Double(bitPattern: $0) })
        case 4:
            guard let values = Self.texts(bytes, count) else { return nil }
            self = .texts(values)
        default: return nil
        }
    }

    private static func packed<Value: FixedWidthInteger>(_ values: [Value]) -> [UInt8] {
        values.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }

    private static func unpacked<Value: FixedWidthInteger>(
        _ bytes: [UInt8], _ count: Int, as type: Value.Type
    ) -> [Value]? {
        let width = MemoryLayout<Value>.size
        let (size, overflow) = count.multipliedReportingOverflow(by: width)
        guard count >= 0, !overflow, bytes.count == size else { return nil }
        return bytes.withUnsafeBytes { buffer in
            (0..<count).map {
                Value(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * width, as: type))
            }
        }
    }

    private static func texts(_ bytes: [UInt8], _ count: Int) -> [String]? {
        var result: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let length = unpacked(Array(rest.prefix(4)), 1, as: UInt32.self)?.first else {
                return nil
            }
            let body = rest.dropFirst(4)
            guard body.count >= Int(length) else { return nil }
            result.append(String(decoding: body.prefix(Int(length)), as: UTF8.self))
            rest = body.dropFirst(Int(length))
        }
        return result.count == count ? result : nil
    }
}

extension ColumnWriter {
    /// Number of the kind in the file, as that of ``ColumnValues``.
    var number: Int64 {
        switch kind {
        case .integers: 1
        case .wide: 2
        case .numbers: 3
        }
    }
}

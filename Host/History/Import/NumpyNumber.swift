import Glibc

/// How the bytes of one field of a NumPy row become a number.
enum NumpyNumber: Equatable {
    case signed(bytes: Int)
    case unsigned(bytes: Int)
    case double
    case float
    /// `datetime64`; NumPy's "not a time" is the least integer.
    case date(TimeUnit)

    /// - Parameter type: NumPy's, such as `<f8`; nil for big-endian and what is no number.
    init?(type: String) {
        let body = type.drop { "<|=".contains($0) }
        switch body {
        case "i1", "i2", "i4", "i8": self = .signed(bytes: Self.size(body))
        case "u1", "u2", "u4", "u8": self = .unsigned(bytes: Self.size(body))
        case "b1": self = .unsigned(bytes: 1)
        case "f8": self = .double
        case "f4": self = .float
        case "M8[ns]": self = .date(.nanoseconds)
        case "M8[us]": self = .date(.microseconds)
        case "M8[ms]": self = .date(.milliseconds)
        case "M8[s]": self = .date(.seconds)
        default: return nil
        }
    }

    private static func size(_ body: Substring) -> Int { Int(body.utf8.last ?? 0x30) - 0x30 }

    var isInteger: Bool {
        switch self {
        case .signed, .unsigned: true
        case .double, .float, .date: false
        }
    }

    /// The integer at `pointer`; only for integers and dates.
    @inline(__always)
    func integer(_ pointer: UnsafeRawPointer) throws(FieldFault) -> Int64 {
        switch self {
        case .signed(8), .date:
            return Int64(littleEndian: pointer.loadUnaligned(as: Int64.self))
        case .signed(4): return Int64(Int32(littleEndian: pointer.loadUnaligned(as: Int32.self)))
        case .signed(2): return Int64(Int16(littleEndian: pointer.loadUnaligned(as: Int16.self)))
        case .signed: return Int64(pointer.loadUnaligned(as: Int8.self))
        case .unsigned(4):
            return Int64(UInt32(littleEndian: pointer.loadUnaligned(as: UInt32.self)))
        case .unsigned(2):
            return Int64(UInt16(littleEndian: pointer.loadUnaligned(as: UInt16.self)))
        case .unsigned(1): return Int64(pointer.loadUnaligned(as: UInt8.self))
        case .unsigned:
            let value = UInt64(littleEndian: pointer.loadUnaligned(as: UInt64.self))
            guard let value = Int64(exactly: value) else { throw .outOfRange }
            return value
        case .double, .float: throw .notANumber
        }
    }

    /// The nearest count of units of 1/`scale`, and whether it is off the grid: further from the
    /// value than 1e-6 of a unit, and than half the step of floating point there.
    ///
    /// The second limit matters above 10^9 units, where a double cannot come closer to a decimal.
    @inline(__always)
    func units(
        _ pointer: UnsafeRawPointer, scale: Double
    ) throws(FieldFault) -> (
        Int64, isOff: Bool
    ) {
        let value: Double
        switch self {
        case .double:
            value = Double(bitPattern: UInt64(littleEndian: pointer.loadUnaligned(as: UInt64.self)))
        case .float:
            let bits = UInt32(littleEndian: pointer.loadUnaligned(as: UInt32.self))
            value = Double(Float(bitPattern: bits))
        default: return try (whole(pointer, scale), false)
        }
        let nearest = (value * scale).rounded(.toNearestOrEven)
        guard nearest.magnitude < 9.2e18 else { throw value.isFinite ? .outOfRange : .notANumber }
        let isNear = isSame(nearest / scale, value) || isClose(value, scale, nearest)
        return (Int64(nearest), !isNear)
    }

    /// Whether a value is within 1e-6 of a unit of `nearest`, with one rounding only.
    private func isClose(
        _ value: Double, _ scale: Double, _ nearest: Double
    ) -> Bool {
        fma(value, scale, -nearest).magnitude <= 1e-6
    }

    private func whole(_ pointer: UnsafeRawPointer, _ scale: Double) throws(FieldFault) -> Int64 {
        let (product, over) = try integer(pointer).multipliedReportingOverflow(by: Int64(scale))
        if over { throw .outOfRange }
        return product
    }

    /// Whether a multiple of the unit is read back as `value`.
    private func isSame(_ multiple: Double, _ value: Double) -> Bool {
        self == .float ? Float(multiple) == Float(value) : multiple == value
    }
}

/// Numbers as people and models read them, made without the C library: the same on every machine.
public enum FixedText {
    /// Returns `value` with exactly `decimals` digits after the point, half to even on the decimal
    /// digits that identify the double; `unknown` when it is absent or not finite.
    ///
    /// - Parameter decimals: 0...18.
    public static func number(_ value: Double?, decimals: Int) -> String {
        precondition((0...18).contains(decimals), "there are 0...18 decimals")
        guard let value, value.isFinite else { return "unknown" }
        var (digits, exponent) = shortest(value.magnitude)
        let excess = -exponent - decimals
        if excess > 0 {
            digits = rounded(digits, dropping: excess)
            exponent = -decimals
        }
        digits += [UInt8](repeating: 0, count: exponent + decimals)
        if digits.count <= decimals {
            digits = [UInt8](repeating: 0, count: decimals + 1 - digits.count) + digits
        }
        let isZero = digits.allSatisfy { $0 == 0 }
        let text = digits.map { String($0) }.joined()
        let sign = value < 0 && !isZero ? "-" : ""
        if decimals == 0 { return sign + text }
        return sign + text.dropLast(decimals) + "." + text.suffix(decimals)
    }

    /// Returns `[a, b, c]`, each with `decimals` digits after the point.
    public static func list(_ values: [Double], decimals: Int) -> String {
        "[" + values.map { number($0, decimals: decimals) }.joined(separator: ", ") + "]"
    }

    /// Decimals with which a positive number keeps at least `significant` digits, 0...18: a coin
    /// of 0.00001234 must not be shown as 0.00.
    public static func decimals(for value: Double, significant: Int) -> Int {
        guard value.isFinite, value != 0 else { return 0 }
        let (digits, exponent) = shortest(value.magnitude)
        let leading = digits.count + exponent  // digits before the point; below 0: zeros after it
        return min(18, max(0, significant - leading))
    }

    /// The shortest digits of a double that is not below 0, and the power of ten they count.
    private static func shortest(_ value: Double) -> (digits: [UInt8], exponent: Int) {
        var digits: [UInt8] = [], exponent = 0, isPast = false
        var bytes = Array(value.description.utf8)[...]
        if let mark = bytes.firstIndex(of: 0x65) {
            exponent = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)) ?? 0
            bytes = bytes[..<mark]
        }
        for byte in bytes {
            if byte == 0x2E {
                isPast = true
            } else {
                digits.append(byte &- 0x30)
                exponent -= isPast ? 1 : 0
            }
        }
        let first = digits.firstIndex { $0 != 0 } ?? digits.count - 1
        digits.removeFirst(first)
        while digits.count > 1, digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        if digits == [0] { exponent = 0 }
        return (digits, exponent)
    }

    /// The digits without the last `count`, rounded half to even.
    private static func rounded(_ digits: [UInt8], dropping count: Int) -> [UInt8] {
        guard count <= digits.count else { return [0] }
        var kept = Array(digits.dropLast(count))
        let dropped = digits.suffix(count)
        let isAbove = dropped.first.map { $0 > 5 } ?? false
        let isHalf = dropped.first == 5 && dropped.dropFirst().allSatisfy { $0 == 0 }
        let isMore = dropped.first == 5 && !isHalf
        guard isAbove || isMore || (isHalf && (kept.last ?? 0) % 2 == 1) else {
            return kept.isEmpty ? [0] : kept
        }
        for index in kept.indices.reversed() {
            if kept[index] < 9 {
                kept[index] += 1
                return kept
            }
            kept[index] = 0
        }
        return [1] + kept
    }
}

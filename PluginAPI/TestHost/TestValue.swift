import RialtoKit

/// A parameter's value, as a literal where it has one.
public enum TestValue: Equatable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByStringLiteral
{
    /// A whole number, or a duration in nanoseconds.
    case integer(Int64)
    /// A finite number.
    case number(Double)
    /// An exact decimal: `units` of 10^-`decimals`.
    case decimal(Int64, decimals: Int)
    /// Yes or no.
    case boolean(Bool)
    /// A word.
    case text(String)

    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(stringLiteral value: String) { self = .text(value) }

    /// The value as the contract passes it to a parameter of `type`; nil when it is of another.
    func c(_ type: UInt16, in arena: Arena) -> rialto_value_t? {
        var c = rialto_value_t()
        c.struct_size = UInt32(MemoryLayout<rialto_value_t>.size)
        c.type = type
        switch (UInt32(type), self) {
        case (RIALTO_VALUE_INTEGER, .integer(let value)),
            (RIALTO_VALUE_DURATION, .integer(let value)),
            (RIALTO_VALUE_DECIMAL, .integer(let value)):
            c.integer = value
        case (RIALTO_VALUE_NUMBER, .number(let value)): c.number = value
        case (RIALTO_VALUE_NUMBER, .integer(let value)): c.number = Double(value)
        case (RIALTO_VALUE_DECIMAL, .decimal(let units, let decimals)):
            c.integer = units
            c.decimals = UInt16(decimals)
        case (RIALTO_VALUE_BOOLEAN, .boolean(let value)): c.integer = value ? 1 : 0
        case (RIALTO_VALUE_TEXT, .text(let value)): c.text = arena.text(value)
        default: return nil
        }
        return c
    }
}

extension rialto_parameter_t {
    /// Whether `value`, of this parameter's type, lies within its bounds or among its choices.
    func allows(_ value: rialto_value_t) -> Bool {
        switch UInt32(type) {
        case RIALTO_VALUE_NUMBER:
            value.number >= lowest.number && value.number <= highest.number
        case RIALTO_VALUE_DECIMAL:
            lowest.scaled <= value.scaled && value.scaled <= highest.scaled
        case RIALTO_VALUE_BOOLEAN: true
        case RIALTO_VALUE_TEXT:
            choices.size == 0
                || String(copying: choices).split(separator: "|").contains {
                    $0 == String(copying: value.text)
                }
        default: lowest.integer <= value.integer && value.integer <= highest.integer
        }
    }
}

extension rialto_value_t {
    /// A decimal as a count of 10^-18.
    var scaled: Int128 {
        (Int(decimals)..<max(18, Int(decimals))).reduce(Int128(integer)) { value, _ in value * 10 }
    }
}

import CRialto
import RialtoValues

/// The type of a plugin's parameter.
package enum ParameterType: String, Codable, CaseIterable, Sendable {
    case integer, number, decimal, boolean, text, duration
}

/// A value of a parameter.
package enum ParameterValue: Equatable, Sendable {
    case integer(Int64)
    case number(Double)
    /// `units` of 10^-`decimals`, exact.
    case decimal(units: Int64, decimals: Int)
    case boolean(Bool)
    case text(String)
    /// Nanoseconds.
    case duration(Int64)

    /// As it is written in a run file.
    package var text: String {
        switch self {
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .decimal(let units, let decimals):
            ExactDecimal.shortText(Int128(units), decimals: decimals)
        case .boolean(let value): String(value)
        case .text(let value): value
        case .duration(let value): ParameterValue.durationText(value)
        }
    }

    private static func durationText(_ value: Int64) -> String {
        let units: [(String, Int64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
            ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000),
        ]
        for (name, size) in units where value != 0 && value % size == 0 {
            return String(value / size) + name
        }
        return String(value) + "ns"
    }
}

/// What a plugin says of one of its parameters; kept in its manifest.
package struct ParameterDefinition: Codable, Equatable, Sendable {
    package let id: UInt32
    package let name: String
    package let type: ParameterType
    package let unit: String
    package let summary: String
    /// As texts in the notation of run files; empty where there is none.
    package let lowest: String
    package let highest: String
    package let initial: String
    package let choices: [String]
    package let isRequired: Bool
    package let isLive: Bool
    package let isOptimisable: Bool
}

/// Why a parameter's value is not acceptable.
package enum ParameterError: Error, Equatable, Sendable {
    case unknown(name: String, known: [String])
    case missing(name: String)
    case malformed(name: String, found: String, type: ParameterType)
    case outOfRange(name: String, found: String, lowest: String, highest: String, unit: String)
    case notAChoice(name: String, found: String, choices: [String])
}

extension ParameterDefinition {
    /// Reads a value in the notation of run files, within the parameter's range.
    package func value(of text: String) throws(ParameterError) -> ParameterValue {
        guard let value = ParameterDefinition.parse(text, type) else {
            throw .malformed(name: name, found: text, type: type)
        }
        if type == .text {
            guard choices.isEmpty || choices.contains(text) else {
                throw .notAChoice(name: name, found: text, choices: choices)
            }
            return value
        }
        let low = ParameterDefinition.parse(lowest, type),
            high = ParameterDefinition.parse(highest, type)
        guard low.map({ !isLess(value, $0) }) ?? true, high.map({ !isLess($0, value) }) ?? true
        else {
            throw .outOfRange(name: name, found: text, lowest: lowest, highest: highest, unit: unit)
        }
        return value
    }

    static func parse(_ text: String, _ type: ParameterType) -> ParameterValue? {
        switch type {
        case .integer: return Int64(text).map { .integer($0) }
        case .number: return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
        case .boolean: return text == "true" || text == "false" ? .boolean(text == "true") : nil
        case .text: return .text(text)
        case .decimal:
            guard let parts = try? ExactDecimal.parse(text.utf8), parts.decimals <= 18,
                let units = try? ExactDecimal.units(text.utf8, decimals: parts.decimals)
            else { return nil }
            return .decimal(units: units, decimals: parts.decimals)
        case .duration: return duration(text).map { .duration($0) }
        }
    }

    private static func duration(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isNumber }, unit = text.dropFirst(digits.count)
        let sizes: [String: Int64] = [
            "ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
            "h": 3_600_000_000_000, "d": 86_400_000_000_000,
        ]
        guard let count = Int64(digits), let size = sizes[String(unit)] else { return nil }
        let (value, over) = count.multipliedReportingOverflow(by: size)
        return over ? nil : value
    }

    private func isLess(_ a: ParameterValue, _ b: ParameterValue) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)), (.duration(let a), .duration(let b)): a < b
        case (.number(let a), .number(let b)): a < b
        case (.decimal(let a, let da), .decimal(let b, let db)):
            Int128(a) * (ExactDecimal.power10(18 - da) ?? 1) < Int128(b)
                * (ExactDecimal.power10(18 - db) ?? 1)
        default: false
        }
    }

    /// Takes a definition out of the plugin's table.
    init(_ c: rialto_parameter_t) {
        let type = ParameterDefinition.type(Int32(c.type))
        id = c.id
        name = String(c.name)
        self.type = type
        unit = String(c.unit)
        summary = String(c.summary)
        lowest = ParameterDefinition.text(c.lowest, type)
        highest = ParameterDefinition.text(c.highest, type)
        initial = ParameterDefinition.text(c.initial, type)
        choices = String(c.choices).split(separator: "|").map(String.init)
        isRequired = c.flags & RIALTO_PARAMETER_REQUIRED != 0
        isLive = c.flags & RIALTO_PARAMETER_LIVE != 0
        isOptimisable = c.flags & RIALTO_PARAMETER_OPTIMISABLE != 0
    }

    private static func type(_ number: Int32) -> ParameterType {
        switch UInt32(number) {
        case RIALTO_VALUE_NUMBER: .number
        case RIALTO_VALUE_DECIMAL: .decimal
        case RIALTO_VALUE_BOOLEAN: .boolean
        case RIALTO_VALUE_TEXT: .text
        case RIALTO_VALUE_DURATION: .duration
        default: .integer
        }
    }

    private static func text(_ c: rialto_value_t, _ type: ParameterType) -> String {
        guard c.type != 0 else { return "" }
        let value: ParameterValue =
            switch type {
            case .integer: .integer(c.integer)
            case .number: .number(c.number)
            case .decimal: .decimal(units: c.integer, decimals: Int(c.decimals))
            case .boolean: .boolean(c.integer != 0)
            case .text: .text(String(c.text))
            case .duration: .duration(c.integer)
            }
        return value.text
    }
}

extension String {
    /// Copies a text of the contract; what is not UTF-8 is replaced.
    init(_ text: rialto_text_t) {
        guard let data = text.data, text.size > 0 else {
            self = ""
            return
        }
        let bytes = UnsafeRawBufferPointer(start: data, count: Int(clamping: text.size))
        self = String(decoding: bytes, as: UTF8.self)
    }
}

/// What a plugin is, for people and for the host.
public struct PluginInfo: Sendable {
    /// Reverse domain name: lower case, digits, `.` and `-`; never changes.
    public let id: String
    /// Semantic version.
    public let version: String
    /// Name for people.
    public let name: String
    /// One sentence.
    public let summary: String
    /// Who wrote it.
    public let author: String
    /// SPDX expression.
    public let license: String
    /// What its user may set.
    public let parameters: [Parameter]

    public init(
        id: String, version: String, name: String, summary: String, author: String,
        license: String, parameters: [Parameter]
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.summary = summary
        self.author = author
        self.license = license
        self.parameters = parameters
    }
}

/// A parameter of a plugin. Ids are stable and never reused.
public struct Parameter: Sendable {
    let id: UInt32
    let name: String
    let unit: String
    let summary: String
    let type: UInt32
    let flags: UInt32
    let choices: [String]
    let values: [Value]

    /// lowest, highest, step, initial.
    struct Value: Sendable {
        var integer: Int64 = 0
        var number: Double = 0
        var decimals: UInt16 = 0
        var text = ""
        var isSet = true
    }

    /// A whole number.
    public static func integer(
        _ id: UInt32, _ name: String, _ range: ClosedRange<Int64>, initial: Int64,
        unit: String = "",
        _ summary: String
    ) -> Parameter {
        Parameter(
            id, name, unit, summary, RIALTO_VALUE_INTEGER,
            [range.lowerBound, range.upperBound, 1, initial].map { Value(integer: $0) })
    }

    /// A length of time in nanoseconds; run files write `1m`, `4h`, `1d`.
    public static func duration(
        _ id: UInt32, _ name: String, _ range: ClosedRange<Int64>, initial: Int64, _ summary: String
    ) -> Parameter {
        Parameter(
            id, name, "", summary, RIALTO_VALUE_DURATION,
            [range.lowerBound, range.upperBound, 1, initial].map { Value(integer: $0) })
    }

    /// A finite number.
    public static func number(
        _ id: UInt32, _ name: String, _ range: ClosedRange<Double>, initial: Double,
        unit: String = "",
        _ summary: String
    ) -> Parameter {
        Parameter(
            id, name, unit, summary, RIALTO_VALUE_NUMBER,
            [range.lowerBound, range.upperBound, 0, initial].map { Value(number: $0) })
    }

    /// An exact decimal: a quantity, a price, an amount. Bounds are `units` of 10^-`decimals`.
    public static func decimal(
        _ id: UInt32, _ name: String, lowest: DecimalValue, highest: DecimalValue,
        initial: DecimalValue, unit: String = "", _ summary: String
    ) -> Parameter {
        let step = DecimalValue(units: 0, decimals: 0)
        return Parameter(
            id, name, unit, summary, RIALTO_VALUE_DECIMAL,
            [lowest, highest, step, initial].map {
                Value(integer: $0.units, decimals: UInt16($0.decimals))
            })
    }

    /// Yes or no.
    public static func boolean(
        _ id: UInt32, _ name: String, initial: Bool, _ summary: String
    ) -> Parameter {
        Parameter(
            id, name, "", summary, RIALTO_VALUE_BOOLEAN,
            [0, 1, 1, initial ? 1 : 0].map { Value(integer: $0) })
    }

    /// One of several words.
    public static func choice(
        _ id: UInt32, _ name: String, _ choices: [String], initial: String, _ summary: String
    ) -> Parameter {
        let none = Value(isSet: false)
        return Parameter(
            id, name, "", summary, RIALTO_VALUE_TEXT, [none, none, none, Value(text: initial)],
            choices: choices)
    }

    /// A text that the run must give, such as the name of a file for ``Setup/resource(_:)``.
    public static func required(_ id: UInt32, _ name: String, _ summary: String) -> Parameter {
        Parameter(
            id, name, "", summary, RIALTO_VALUE_TEXT,
            [Value](repeating: Value(isSet: false), count: 4), flags: RIALTO_PARAMETER_REQUIRED)
    }

    private init(
        _ id: UInt32, _ name: String, _ unit: String, _ summary: String, _ type: UInt32,
        _ values: [Value], choices: [String] = [], flags: UInt32 = RIALTO_PARAMETER_OPTIMISABLE
    ) {
        self.id = id
        self.name = name
        self.unit = unit
        self.summary = summary
        self.type = type
        self.flags = flags
        self.choices = choices
        self.values = values
    }
}

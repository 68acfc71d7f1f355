/// Why a plugin cannot be created, for people.
public struct PluginFailure: Error, Equatable, Sendable {
    /// Lower case first, no full stop: what was found and what is allowed.
    public let text: String

    public init(_ text: String) { self.text = text }
}

/// An instrument that the instance may use.
public struct InstrumentInfo: Equatable, Sendable {
    /// Index by which events and intents name it; stable for one run.
    public let index: UInt32
    /// Name for people.
    public let name: String
    /// Where it is traded; may be empty.
    public let venue: String
    /// Profit and fees settle in it.
    public let currency: String
    /// Prices count 10^-`priceDecimals`.
    public let priceDecimals: Int
    /// Quantities count 10^-`quantityDecimals`.
    public let quantityDecimals: Int
    /// Smallest change of a price, above 0, in the price unit.
    public let priceStep: Int64
    /// Smallest change of a quantity, above 0, in the quantity unit.
    public let quantityStep: Int64
    /// Units of the base per contract, above 0.
    public let multiplier: Int64

    /// An exact decimal as a count of this instrument's quantity unit, cut to whole steps; nil when
    /// it does not fit.
    public func quantity(_ value: DecimalValue) -> Int64? {
        guard let units = value.rescaled(to: quantityDecimals) else { return nil }
        return units - units % quantityStep
    }

    /// A price in this instrument's unit, nearest to `value` and a whole number of steps.
    public func price(_ value: Double) -> Int64 {
        let units = (value / Double(priceStep)).rounded()
        return Int64(units) * priceStep
    }

    /// 10^-`priceDecimals`, to turn a price into a number for opinions.
    public var priceUnit: Double { (0..<priceDecimals).reduce(1.0) { unit, _ in unit / 10 } }

    /// 10^-`quantityDecimals`.
    public var quantityUnit: Double { (0..<quantityDecimals).reduce(1.0) { unit, _ in unit / 10 } }
}

/// An exact decimal number: `units` * 10^-`decimals`.
public struct DecimalValue: Equatable, Sendable {
    /// Count of 10^-`decimals`.
    public let units: Int64
    /// Digits after the point, 0...18.
    public let decimals: Int

    public init(units: Int64, decimals: Int) {
        self.units = units
        self.decimals = decimals
    }

    /// The count of 10^-`decimals`, cut toward zero; nil when it does not fit.
    public func rescaled(to target: Int) -> Int64? {
        var value = Int128(units)
        for _ in 0..<max(0, target - decimals) { value *= 10 }
        for _ in 0..<max(0, decimals - target) { value /= 10 }
        return Int64(exactly: value)
    }

    /// The nearest double.
    public var number: Double { (0..<decimals).reduce(Double(units)) { value, _ in value / 10 } }
}

/// What the host offers while an instance is made. Use it in `init` only.
public struct Setup {
    let services: UnsafePointer<rialto_services_t>
    /// The instruments that the instance may use.
    public let instruments: [InstrumentInfo]

    init(_ services: UnsafePointer<rialto_services_t>) {
        self.services = services
        instruments = Setup.read(services)
    }

    private static func read(_ services: UnsafePointer<rialto_services_t>) -> [InstrumentInfo] {
        var columns: UnsafePointer<rialto_instruments_t>?
        guard services.pointee.instruments?(services.pointee.host, &columns) == RIALTO_OK,
            let columns
        else { return [] }
        let c = columns.pointee
        return (0..<Int(c.count)).map { row in
            InstrumentInfo(
                index: c.instrument[row], name: String(c.name[row]), venue: String(c.venue[row]),
                currency: String(c.currency[row]), priceDecimals: Int(c.price_decimals[row]),
                quantityDecimals: Int(c.quantity_decimals[row]), priceStep: c.price_step[row],
                quantityStep: c.quantity_step[row], multiplier: c.multiplier[row])
        }
    }

    private func parameter(_ id: UInt32) -> rialto_value_t {
        var value = rialto_value_t()
        _ = services.pointee.parameter?(services.pointee.host, id, &value)
        return value
    }

    /// An integer or duration parameter; 0 when the plugin has none of that id.
    public func integer(_ id: UInt32) -> Int64 { parameter(id).integer }

    /// A number parameter.
    public func number(_ id: UInt32) -> Double { parameter(id).number }

    /// A boolean parameter.
    public func boolean(_ id: UInt32) -> Bool { parameter(id).integer != 0 }

    /// A text parameter.
    public func text(_ id: UInt32) -> String { String(parameter(id).text) }

    /// A decimal parameter, exact.
    public func decimal(_ id: UInt32) -> DecimalValue {
        let value = parameter(id)
        return DecimalValue(units: value.integer, decimals: Int(value.decimals))
    }

    /// The next number of the instance's seeded sequence.
    public func random() -> UInt64 {
        var value: UInt64 = 0
        _ = services.pointee.random?(services.pointee.host, &value)
        return value
    }

    /// Writes a line to the instance's log. `level` is `RIALTO_LOG_...`.
    public func log(_ text: String, level: UInt32 = RIALTO_LOG_INFO) {
        withText(text) { services.pointee.log?(services.pointee.host, level, $0) }
    }

    /// The stored value of a key, as the last `Intents.set` left it.
    public func value(for key: String) -> String? {
        var value = rialto_text_t()
        let result = withText(key) {
            services.pointee.get_value?(services.pointee.host, $0, &value) ?? RIALTO_NOT_FOUND
        }
        return result == RIALTO_OK ? String(value) : nil
    }

    /// A file that the manifest lists, read only; nil when it lists none of that name.
    public func resource(_ name: String) -> UnsafeRawBufferPointer? {
        var bytes = rialto_text_t()
        let result = withText(name) {
            services.pointee.resource?(services.pointee.host, $0, &bytes) ?? RIALTO_NOT_FOUND
        }
        return result == RIALTO_OK
            ? UnsafeRawBufferPointer(start: bytes.data, count: Int(bytes.size)) : nil
    }
}

/// Calls `body` with `text` as the contract passes it.
func withText<Result>(_ text: String, _ body: (rialto_text_t) -> Result) -> Result {
    var text = text
    return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
            body(rialto_text_t(data: $0.baseAddress, size: UInt64($0.count)))
        }
    }
}

extension String {
    /// Copies a text of the contract.
    init(_ text: rialto_text_t) {
        guard let data = text.data, text.size > 0 else {
            self = ""
            return
        }
        self = String(
            decoding: UnsafeRawBufferPointer(start: data, count: Int(text.size)), as: UTF8.self)
    }
}

/// One wish for events.
public struct Need: Sendable {
    let kind: UInt32
    let instrument: UInt32
    let history: UInt32
    let interval_ns: Int64

    /// Bars of every instrument, or of one.
    ///
    /// - Parameters:
    ///   - interval_ns: Length of the bars; 0 is the run's own.
    ///   - history: Bars of warm-up wanted before the run, per instrument.
    public static func bars(
        interval_ns: Int64 = 0, history: UInt32 = 0, instrument: UInt32 = RIALTO_NONE
    )
        -> Need
    {
        Need(
            kind: RIALTO_KIND_BARS, instrument: instrument, history: history,
            interval_ns: interval_ns)
    }

    /// Trades.
    public static func trades(history: UInt32 = 0) -> Need { Need(RIALTO_KIND_TRADES, history) }

    /// Best bids and asks.
    public static func quotes(history: UInt32 = 0) -> Need { Need(RIALTO_KIND_QUOTES, history) }

    /// Forecasts of the models and of the ensemble.
    public static var forecasts: Need { Need(RIALTO_KIND_FORECASTS, 0) }

    /// What became of its orders.
    public static var ownOrders: Need { Need(RIALTO_KIND_OWN_ORDERS, 0) }

    /// Its fills.
    public static var fills: Need { Need(RIALTO_KIND_FILLS, 0) }

    /// Its virtual book, beside each own report.
    public static var account: Need { Need(RIALTO_KIND_ACCOUNT, 0) }

    /// The timers that it asks for.
    public static var timers: Need { Need(RIALTO_KIND_TIMERS, 0) }

    private init(kind: UInt32, instrument: UInt32, history: UInt32, interval_ns: Int64) {
        self.kind = kind
        self.instrument = instrument
        self.history = history
        self.interval_ns = interval_ns
    }

    private init(_ kind: UInt32, _ history: UInt32) {
        self.init(kind: kind, instrument: RIALTO_NONE, history: history, interval_ns: 0)
    }

    var c: rialto_need_t {
        rialto_need_t(
            struct_size: UInt32(MemoryLayout<rialto_need_t>.size), kind: kind,
            instrument: instrument,
            history_rows: history, interval_ns: interval_ns)
    }
}

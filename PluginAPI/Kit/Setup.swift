/// Why a plugin cannot be created, for people.
public struct PluginFailure: Error, Equatable, Sendable {
    /// Lower case first, no full stop: what was found and what is allowed.
    public let text: String

    public init(_ text: String) { self.text = text }
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

    /// A file that the run gives under `files`, read only; nil when it gives none of that name.
    /// Valid while the instance lives.
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

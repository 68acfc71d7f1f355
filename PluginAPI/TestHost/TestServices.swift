import RialtoKit

/// The host's side of one instance under test.
final class TestServices {
    let table: UnsafeMutablePointer<rialto_services_t>
    /// Values by id; set once the plugin's definitions are known.
    var parameters: [UInt32: rialto_value_t] = [:]
    var stored: [String: String]
    var resources: [String: [UInt8]]
    private(set) var lines: [String] = []
    let arena = Arena()
    /// Names of series, by the plugin's own numbers.
    private(set) var published: [String] = []
    private(set) var read: [String] = []
    /// Whether the plugin is a model; set before it is made.
    var isModel = false
    private let series: UnsafeMutablePointer<rialto_series_services_t>
    private let instruments: UnsafeMutablePointer<rialto_instruments_t>
    private var seed: UInt64

    init(
        _ list: [InstrumentInfo], seed: UInt64, stored: [String: String],
        resources: [String: [UInt8]]
    ) {
        self.seed = seed
        self.stored = stored
        self.resources = resources
        instruments = arena.one(TestServices.columns(list, arena))
        table = arena.one(rialto_services_t())
        series = arena.one(rialto_series_services_t())
        series.pointee.struct_size = UInt32(MemoryLayout<rialto_series_services_t>.size)
        series.pointee.publish = { host, name, out in
            guard let services = TestServices.of(host) else { return RIALTO_ERROR_ARGUMENT }
            guard services.isModel else { return RIALTO_ERROR_UNSUPPORTED }
            return TestServices.add(name, to: &services.published, out)
        }
        series.pointee.read = { host, name, out in
            guard let services = TestServices.of(host) else { return RIALTO_ERROR_ARGUMENT }
            return TestServices.add(name, to: &services.read, out)
        }
        table.pointee.struct_size = UInt32(MemoryLayout<rialto_services_t>.size)
        table.pointee.host = Unmanaged.passUnretained(self).toOpaque()
        table.pointee.log = { host, _, text in
            TestServices.of(host)?.lines.append(String(copying: text))
        }
        table.pointee.random = { host, out in
            guard let services = TestServices.of(host), let out else { return RIALTO_ERROR }
            out.pointee = services.next()
            return RIALTO_OK
        }
        table.pointee.parameter = { host, id, out in
            guard let out else { return RIALTO_ERROR_ARGUMENT }
            guard let value = TestServices.of(host)?.parameters[id] else { return RIALTO_NOT_FOUND }
            out.pointee = value
            return RIALTO_OK
        }
        table.pointee.instruments = { host, out in
            guard let services = TestServices.of(host), let out else { return RIALTO_ERROR }
            out.pointee = UnsafePointer(services.instruments)
            return RIALTO_OK
        }
        table.pointee.get_value = { host, key, out in
            guard let services = TestServices.of(host), let out else { return RIALTO_ERROR }
            guard let value = services.stored[String(copying: key)] else { return RIALTO_NOT_FOUND }
            out.pointee = services.arena.text(value)
            return RIALTO_OK
        }
        table.pointee.resource = { host, name, out in
            guard let services = TestServices.of(host), let out else { return RIALTO_ERROR }
            guard let bytes = services.resources[String(copying: name)] else {
                return RIALTO_NOT_FOUND
            }
            out.pointee = services.arena.bytes(bytes)
            return RIALTO_OK
        }
        table.pointee.get_extension = { host, id in
            guard let services = TestServices.of(host),
                String(copying: id) == RIALTO_SERIES_EXTENSION
            else { return nil }
            return UnsafeRawPointer(services.series)
        }
    }

    /// Numbers a name of a series, as a host does.
    private static func add(
        _ name: rialto_text_t, to list: inout [String], _ out: UnsafeMutablePointer<UInt32>?
    ) -> rialto_result {
        guard let out, (1...UInt64(RIALTO_SERIES_NAME_MAX)).contains(name.size),
            let text = String(
                validating: UnsafeRawBufferPointer(start: name.data, count: Int(name.size)),
                as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return RIALTO_ERROR_ARGUMENT }
        let known = list.firstIndex(of: text)
        guard known != nil || list.count < Int(RIALTO_SERIES_MAX) else {
            return RIALTO_ERROR_MEMORY
        }
        out.pointee = UInt32(known ?? list.count)
        if known == nil { list.append(text) }
        return RIALTO_OK
    }

    private static func of(_ host: UnsafeMutableRawPointer?) -> TestServices? {
        host.map { Unmanaged<TestServices>.fromOpaque($0).takeUnretainedValue() }
    }

    /// SplitMix64.
    private func next() -> UInt64 {
        seed &+= 0x9E37_79B9_7F4A_7C15
        var z = seed
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private static func columns(_ list: [InstrumentInfo], _ arena: Arena) -> rialto_instruments_t {
        var c = rialto_instruments_t()
        c.struct_size = UInt32(MemoryLayout<rialto_instruments_t>.size)
        c.count = UInt32(list.count)
        c.time_ns = arena.column(list.map { _ in Int64(0) })
        c.instrument = arena.column(list.map(\.index))
        c.revision = arena.column(list.map { _ in UInt32(0) })
        c.name = arena.column(list.map { arena.text($0.name) })
        c.venue = arena.column(list.map { arena.text($0.venue) })
        c.currency = arena.column(list.map { arena.text($0.currency) })
        c.kind = arena.column(list.map { _ in UInt8(RIALTO_SPOT) })
        c.price_decimals = arena.column(list.map { UInt8($0.priceDecimals) })
        c.quantity_decimals = arena.column(list.map { UInt8($0.quantityDecimals) })
        c.price_step = arena.column(list.map(\.priceStep))
        c.quantity_step = arena.column(list.map(\.quantityStep))
        c.multiplier = arena.column(list.map(\.multiplier))
        c.expiry_ns = c.time_ns
        return c
    }
}

extension InstrumentInfo {
    /// A spot instrument for tests.
    public static func test(
        _ name: String = "BTC/USD", index: UInt32 = 0, priceDecimals: Int = 2,
        quantityDecimals: Int = 4, priceStep: Int64 = 1, quantityStep: Int64 = 1
    ) -> InstrumentInfo {
        InstrumentInfo(
            index: index, name: name, venue: "test", currency: "USD", priceDecimals: priceDecimals,
            quantityDecimals: quantityDecimals, priceStep: priceStep, quantityStep: quantityStep,
            multiplier: 1)
    }
}

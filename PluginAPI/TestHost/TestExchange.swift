import CRialtoDraft
@_exported import RialtoKit

/// A host for one exchange under test: makes it through its C table, has it encode orders and
/// decode answers, and checks what it says against the contract. Use it on one thread.
public final class TestExchange {
    /// Requests that the exchange may make.
    public let endpoints: [Endpoint]
    /// Calls of `on_batch` so far.
    public internal(set) var calls = 0
    /// Of the last order.
    public internal(set) var nonce: UInt64 = 0

    let services: TestServices
    let instruments: [InstrumentInfo]
    var table = rialto_exchange_t()

    /// Makes the exchange of a library.
    ///
    /// - Parameters:
    ///   - entry: The library's `rialto_plugin_entry`.
    ///   - id: Of the plugin; nil for the first exchange.
    ///   - parameters: By name; the others have their defaults.
    public init(
        entry: TestHost.Entry, id: String? = nil, parameters: [String: TestValue] = [:],
        instruments: [InstrumentInfo] = [.test()]
    ) throws(TestFailure) {
        let kinds = [RIALTO_PLUGIN_EXCHANGE]
        let plugin = try TestHost.find(id, of: kinds, in: try TestHost.library(entry))
        self.instruments = instruments
        services = TestServices(instruments, seed: 0, stored: [:], resources: [:])
        services.parameters = try TestHost.values(plugin.pointee, parameters, services.arena)
        table.struct_size = UInt32(MemoryLayout<rialto_exchange_t>.size)
        var needs = rialto_needs_t()
        needs.struct_size = UInt32(MemoryLayout<rialto_needs_t>.size)
        var error = rialto_error_t()
        error.struct_size = UInt32(MemoryLayout<rialto_error_t>.size)
        let result = plugin.pointee.create?(plugin, services.table, &table, &needs, &error)
        guard let result, result == RIALTO_OK else {
            endpoints = []
            throw .refused(code: result ?? RIALTO_ERROR_UNSUPPORTED, text: error.message)
        }
        endpoints = TestExchange.endpoints(table)
        guard table.encode != nil, table.read_back != nil, table.on_batch != nil,
            table.destroy != nil, !endpoints.isEmpty
        else { throw .contract("an exchange that is incomplete") }
    }

    /// Makes an exchange of the kit.
    public convenience init(
        _ plugin: Plugin, parameters: [String: TestValue] = [:],
        instruments: [InstrumentInfo] = [.test()]
    ) throws(TestFailure) {
        let library = Library(plugin)
        try self.init(
            entry: { library.answer($0, $1, $2) }, parameters: parameters,
            instruments: instruments)
    }

    /// Opens a library, in any language, and makes its exchange. It stays mapped.
    public convenience init(
        library path: String, id: String? = nil, parameters: [String: TestValue] = [:],
        instruments: [InstrumentInfo] = [.test()]
    ) throws(TestFailure) {
        try self.init(
            entry: try TestHost.entry(of: path), id: id, parameters: parameters,
            instruments: instruments)
    }

    deinit { table.destroy?(table.`self`) }

    private static func endpoints(_ table: rialto_exchange_t) -> [Endpoint] {
        guard let first = table.endpoints else { return [] }
        let stride = Int(first.pointee.struct_size)
        return (0..<Int(table.endpoint_count)).map { index in
            let c = (UnsafeRawPointer(first) + index * stride)
                .loadUnaligned(as: rialto_endpoint_t.self)
            let make = c.kind == RIALTO_CLASS_TRADE ? Endpoint.trade : Endpoint.read
            return make(
                String(copying: c.method), String(copying: c.host), String(copying: c.path),
                c.bucket)
        }
    }
}

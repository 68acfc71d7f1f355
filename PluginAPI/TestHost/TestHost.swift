@_exported import RialtoKit

/// A host for one plugin under test: makes it through its C table, hands it events, and checks what
/// it answers against the contract. Use it on one thread.
public final class TestHost {
    /// The type of `rialto_plugin_entry`.
    public typealias Entry = (
        UnsafePointer<rialto_host_t>?, UnsafeMutablePointer<UnsafePointer<rialto_library_t>?>?,
        UnsafeMutablePointer<rialto_error_t>?
    ) -> rialto_result

    /// Whether the plugin said that it reads no own events.
    public let isOpenLoop: Bool
    /// Kinds of events that it asked for, `RIALTO_KIND_...`, in its own order.
    public let needs: [UInt32]
    /// Most rows of history that it asked for.
    public let history: UInt32
    /// Calls of `on_batch` so far.
    public internal(set) var calls = 0
    /// Timers that have not come yet, by time.
    public internal(set) var timers: [(id: UInt64, time_ns: Int64)] = []
    /// Time of the last event read, Unix nanoseconds UTC.
    public internal(set) var now_ns = Int64.min

    let kind: UInt32
    let services: TestServices
    let groupMax: UInt32
    var strategy = rialto_strategy_t()
    var model = rialto_model_t()

    /// Makes the plugin of a library.
    ///
    /// - Parameters:
    ///   - entry: The library's `rialto_plugin_entry`.
    ///   - id: Of the plugin; nil for the first.
    ///   - parameters: By name; the others have their defaults.
    ///   - stored: What earlier `set` intents left.
    ///   - resources: Files that the manifest would list, by name.
    public init(
        entry: Entry, id: String? = nil, parameters: [String: TestValue] = [:],
        instruments: [InstrumentInfo] = [.test()], seed: UInt64 = 0,
        stored: [String: String] = [:], resources: [String: [UInt8]] = [:]
    ) throws(TestFailure) {
        let kinds = [RIALTO_PLUGIN_STRATEGY, RIALTO_PLUGIN_MODEL]
        let plugin = try TestHost.find(id, of: kinds, in: try TestHost.library(entry))
        kind = plugin.pointee.kind
        services = TestServices(instruments, seed: seed, stored: stored, resources: resources)
        services.isModel = kind == RIALTO_PLUGIN_MODEL
        services.parameters = try TestHost.values(plugin.pointee, parameters, services.arena)
        strategy.struct_size = UInt32(MemoryLayout<rialto_strategy_t>.size)
        model.struct_size = UInt32(MemoryLayout<rialto_model_t>.size)
        var needs = rialto_needs_t()
        needs.struct_size = UInt32(MemoryLayout<rialto_needs_t>.size)
        var error = rialto_error_t()
        error.struct_size = UInt32(MemoryLayout<rialto_error_t>.size)
        let services = services.table
        let create = plugin.pointee.create
        let result =
            kind == RIALTO_PLUGIN_MODEL
            ? create?(plugin, services, &model, &needs, &error)
            : create?(plugin, services, &strategy, &needs, &error)
        isOpenLoop = needs.flags & RIALTO_NEEDS_OPEN_LOOP != 0
        groupMax = needs.intents_per_group == 0 ? 64 : needs.intents_per_group
        let wishes = TestHost.list(needs)
        self.needs = wishes.map(\.kind)
        history = wishes.map(\.history_rows).max() ?? 0
        guard let result, result == RIALTO_OK else {
            throw .refused(code: result ?? RIALTO_ERROR_UNSUPPORTED, text: error.message)
        }
        try checkMade()
    }

    /// Makes a plugin of the kit.
    public convenience init(
        _ plugin: Plugin, parameters: [String: TestValue] = [:],
        instruments: [InstrumentInfo] = [.test()], seed: UInt64 = 0,
        stored: [String: String] = [:], resources: [String: [UInt8]] = [:]
    ) throws(TestFailure) {
        let library = Library(plugin)
        try self.init(
            entry: { library.answer($0, $1, $2) }, parameters: parameters,
            instruments: instruments, seed: seed, stored: stored, resources: resources)
    }

    /// Opens a library, in any language, and makes its plugin. It stays mapped.
    public convenience init(
        library path: String, id: String? = nil, parameters: [String: TestValue] = [:],
        instruments: [InstrumentInfo] = [.test()], seed: UInt64 = 0,
        stored: [String: String] = [:], resources: [String: [UInt8]] = [:]
    ) throws(TestFailure) {
        try self.init(
            entry: try TestHost.entry(of: path), id: id, parameters: parameters,
            instruments: instruments, seed: seed, stored: stored, resources: resources)
    }

    deinit {
        strategy.destroy?(strategy.`self`)
        model.destroy?(model.`self`)
    }

    /// Lines that the plugin logged while it was made.
    public var log: [String] { services.lines }

    /// Names under which it publishes, by its own numbers.
    public var publishes: [String] { services.published }

    /// Names of series that it reads, by its own numbers.
    public var reads: [String] { services.read }

    /// A number published under a name that the plugin reads, to push.
    ///
    /// - Throws: ``TestFailure/contract(_:)`` when it does not read it.
    public func number(
        _ name: String, at time_ns: Int64, _ value: Double, of instrument: UInt32 = 0
    ) throws(TestFailure) -> TestEvent {
        guard let number = reads.firstIndex(of: name) else {
            throw .contract("it reads no series \(name), but \(reads)")
        }
        return .series(
            SeriesEvent(
                time_ns: time_ns, series: SeriesID(number: UInt32(number)), instrument: instrument,
                value: value))
    }

    /// Values that it has stored with `set`, and what it was given.
    public var stored: [String: String] { services.stored }
}

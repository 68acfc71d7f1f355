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

    private init(
        _ id: UInt32, _ name: String, _ unit: String, _ summary: String, _ type: UInt32,
        _ values: [Value], choices: [String] = []
    ) {
        self.id = id
        self.name = name
        self.unit = unit
        self.summary = summary
        self.type = type
        flags = RIALTO_PARAMETER_OPTIMISABLE
        self.choices = choices
        self.values = values
    }
}

/// A plugin of any kind, ready for a library.
public struct Plugin: Sendable {
    /// Makes an instance: fills in the table of its kind and says what it needs.
    @usableFromInline
    typealias Make =
        @Sendable (Setup, UnsafeMutableRawPointer) throws(PluginFailure) -> (
            needs: [Need], openLoop: Bool
        )

    let info: PluginInfo
    let kind: UInt32
    let make: Make

    /// A strategy.
    @inlinable
    public static func strategy<S: Strategy>(_ type: S.Type) -> Plugin {
        Plugin(info: S.info, kind: RIALTO_PLUGIN_STRATEGY) { (setup, out) throws(PluginFailure) in
            let box = try StrategyBox(S.self, setup)
            let table = out.assumingMemoryBound(to: rialto_strategy_t.self)
            table.pointee.`self` = Unmanaged.passRetained(box).toOpaque()
            table.pointee.on_batch = { instance, batch, intents, consumed in
                guard let instance, let batch, let intents, let consumed else {
                    return RIALTO_ERROR_ARGUMENT
                }
                return Unmanaged<StrategyBox>.fromOpaque(instance)
                    ._withUnsafeGuaranteedRef { $0.run(batch, intents, consumed) }
            }
            table.pointee.save = { instance, writer in
                guard let instance, let writer else { return RIALTO_ERROR_ARGUMENT }
                return Unmanaged<StrategyBox>.fromOpaque(instance)
                    ._withUnsafeGuaranteedRef { $0.save(to: writer) }
            }
            table.pointee.load = { instance, reader in
                guard let instance, let reader else { return RIALTO_ERROR_ARGUMENT }
                return Unmanaged<StrategyBox>.fromOpaque(instance)
                    ._withUnsafeGuaranteedRef { $0.load(from: reader) }
            }
            table.pointee.destroy = { instance in
                if let instance { Unmanaged<StrategyBox>.fromOpaque(instance).release() }
            }
            return (box.needs, box.isOpenLoop)
        }
    }

    /// A model.
    @inlinable
    public static func model<M: Model>(_ type: M.Type) -> Plugin {
        Plugin(info: M.info, kind: RIALTO_PLUGIN_MODEL) { (setup, out) throws(PluginFailure) in
            let box = try ModelBox(M.self, setup)
            let table = out.assumingMemoryBound(to: rialto_model_t.self)
            table.pointee.`self` = Unmanaged.passRetained(box).toOpaque()
            table.pointee.on_batch = { instance, batch, forecasts, consumed in
                guard let instance, let batch, let forecasts, let consumed else {
                    return RIALTO_ERROR_ARGUMENT
                }
                return Unmanaged<ModelBox>.fromOpaque(instance)
                    ._withUnsafeGuaranteedRef { $0.run(batch, forecasts, consumed) }
            }
            table.pointee.destroy = { instance in
                if let instance { Unmanaged<ModelBox>.fromOpaque(instance).release() }
            }
            return (box.needs, false)
        }
    }

    @usableFromInline
    init(info: PluginInfo, kind: UInt32, make: @escaping Make) {
        self.info = info
        self.kind = kind
        self.make = make
    }
}

/// Holds one strategy and the loop that was specialised for it.
@usableFromInline
final class StrategyBox {
    @usableFromInline
    let run:
        (
            UnsafePointer<rialto_batch_t>, UnsafeMutablePointer<rialto_intents_t>,
            UnsafeMutablePointer<UInt32>
        ) -> rialto_result
    @usableFromInline let needs: [Need]
    @usableFromInline let isOpenLoop: Bool
    private let release: () -> Void
    private let state: () -> [UInt8]?
    private let restore: (UnsafeRawBufferPointer) -> Bool

    @inlinable
    convenience init<S: Strategy>(_ type: S.Type, _ setup: Setup) throws(PluginFailure) {
        let state = UnsafeMutablePointer<S>.allocate(capacity: 1)
        do throws(PluginFailure) { state.initialize(to: try S(setup)) } catch {
            state.deallocate()
            throw error
        }
        let openLoop = state.pointee.isOpenLoop
        self.init(
            needs: state.pointee.needs, isOpenLoop: openLoop,
            release: {
                state.deinitialize(count: 1)
                state.deallocate()
            },
            state: { state.pointee.save() }, restore: { state.pointee.restore($0) },
            run: { batch, table, consumed in
                var intents = Intents(table)
                consumed.pointee = drive(&state.pointee, batch, &intents, openLoop: openLoop)
                table.pointee.count = intents.count
                return intents.hasOverflowed ? RIALTO_ERROR_MEMORY : RIALTO_OK
            })
    }

    @usableFromInline
    init(
        needs: [Need], isOpenLoop: Bool, release: @escaping () -> Void,
        state: @escaping () -> [UInt8]?, restore: @escaping (UnsafeRawBufferPointer) -> Bool,
        run:
            @escaping (
                UnsafePointer<rialto_batch_t>, UnsafeMutablePointer<rialto_intents_t>,
                UnsafeMutablePointer<UInt32>
            ) -> rialto_result
    ) {
        self.needs = needs
        self.isOpenLoop = isOpenLoop
        self.release = release
        self.state = state
        self.restore = restore
        self.run = run
    }

    deinit { release() }

    /// Writes the strategy's state in as many pieces as the host takes.
    @usableFromInline
    func save(to writer: UnsafeMutablePointer<rialto_state_writer_t>) -> rialto_result {
        guard let bytes = state() else { return RIALTO_ERROR_UNSUPPORTED }
        writer.pointee.schema = 1
        return bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                var written: UInt64 = 0
                let result =
                    writer.pointee.write?(
                        writer.pointee.host, buffer.baseAddress.map { $0 + done },
                        UInt64(buffer.count - done), &written) ?? RIALTO_ERROR_ARGUMENT
                guard result == RIALTO_OK, written > 0 else { return RIALTO_ERROR_STATE }
                done += Int(written)
            }
            return RIALTO_OK
        }
    }

    /// Reads a state to its end and hands it to the strategy.
    @usableFromInline
    func load(from reader: UnsafePointer<rialto_state_reader_t>) -> rialto_result {
        var bytes: [UInt8] = [], chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            var read: UInt64 = 0
            let size = UInt64(chunk.count)
            let result =
                reader.pointee.read?(reader.pointee.host, &chunk, size, &read)
                ?? RIALTO_ERROR_ARGUMENT
            if result == RIALTO_END { break }
            guard result == RIALTO_OK, read <= size else { return RIALTO_ERROR_STATE }
            bytes += chunk.prefix(Int(read))
        }
        return bytes.withUnsafeBytes { restore($0) } ? RIALTO_OK : RIALTO_ERROR_STATE
    }
}

/// Holds one model and the loop that was specialised for it.
@usableFromInline
final class ModelBox {
    @usableFromInline
    let run:
        (
            UnsafePointer<rialto_batch_t>, UnsafeMutablePointer<rialto_forecasts_out_t>,
            UnsafeMutablePointer<UInt32>
        ) -> rialto_result
    @usableFromInline let needs: [Need]
    private let release: () -> Void

    @inlinable
    convenience init<M: Model>(_ type: M.Type, _ setup: Setup) throws(PluginFailure) {
        let state = UnsafeMutablePointer<M>.allocate(capacity: 1)
        do throws(PluginFailure) { state.initialize(to: try M(setup)) } catch {
            state.deallocate()
            throw error
        }
        self.init(
            needs: state.pointee.needs,
            release: {
                state.deinitialize(count: 1)
                state.deallocate()
            },
            run: { batch, table, consumed in
                var forecasts = Forecasts(table)
                consumed.pointee = drive(&state.pointee, batch, &forecasts)
                table.pointee.count = forecasts.count
                return forecasts.hasOverflowed ? RIALTO_ERROR_MEMORY : RIALTO_OK
            })
    }

    @usableFromInline
    init(
        needs: [Need], release: @escaping () -> Void,
        run:
            @escaping (
                UnsafePointer<rialto_batch_t>, UnsafeMutablePointer<rialto_forecasts_out_t>,
                UnsafeMutablePointer<UInt32>
            ) -> rialto_result
    ) {
        self.needs = needs
        self.release = release
        self.run = run
    }

    deinit { release() }
}

/// Everything that one shared library offers. Make one as a global constant and answer the entry
/// function from it; its C tables live as long as the process.
public struct Library: Sendable {
    private let plugins: [Plugin]
    private let address: Int

    public init(_ plugins: Plugin...) {
        self.plugins = plugins
        let tables = plugins.map(LibraryTables.plugin)
        let list = UnsafeMutablePointer<UnsafePointer<rialto_plugin_t>?>.allocate(
            capacity: tables.count)
        for (index, table) in tables.enumerated() {
            (list + index).initialize(to: UnsafePointer(table))
        }
        let library = UnsafeMutablePointer<rialto_library_t>.allocate(capacity: 1)
        library.initialize(
            to: rialto_library_t(
                struct_size: UInt32(MemoryLayout<rialto_library_t>.size),
                abi_major: RIALTO_ABI_MAJOR,
                abi_minor: RIALTO_ABI_MINOR, plugin_count: UInt32(tables.count),
                plugins: UnsafePointer(list)))
        address = Int(bitPattern: library)
    }

    /// The table of plugin `index`, for tests.
    func table(_ index: Int) -> UnsafePointer<rialto_plugin_t>? {
        UnsafePointer<rialto_library_t>(bitPattern: address)?.pointee.plugins[index]
    }

    /// Answers `rialto_plugin_entry`.
    public func answer(
        _ host: UnsafePointer<rialto_host_t>?,
        _ out: UnsafeMutablePointer<UnsafePointer<rialto_library_t>?>?,
        _ error: UnsafeMutablePointer<rialto_error_t>?
    ) -> rialto_result {
        guard let host, let out else { return RIALTO_ERROR_ARGUMENT }
        guard host.pointee.abi_major_min <= RIALTO_ABI_MAJOR,
            host.pointee.abi_major_max >= RIALTO_ABI_MAJOR
        else {
            LibraryTables.write(
                "this plugin speaks ABI major \(RIALTO_ABI_MAJOR), the host "
                    + "\(host.pointee.abi_major_min) to \(host.pointee.abi_major_max)",
                RIALTO_ERROR_ABI, error)
            return RIALTO_ERROR_ABI
        }
        out.pointee = UnsafePointer(bitPattern: address)
        return RIALTO_OK
    }
}

/// Makes the C tables; what it allocates lives as long as the process.
enum LibraryTables {
    static func plugin(_ plugin: Plugin) -> UnsafeMutablePointer<rialto_plugin_t> {
        let table = UnsafeMutablePointer<rialto_plugin_t>.allocate(capacity: 1)
        let info = plugin.info
        var c = rialto_plugin_t()
        c.struct_size = UInt32(MemoryLayout<rialto_plugin_t>.size)
        c.kind = plugin.kind
        c.id = text(info.id)
        c.version = text(info.version)
        c.name = text(info.name)
        c.summary = text(info.summary)
        c.author = text(info.author)
        c.license = text(info.license)
        c.parameters = parameters(info.parameters)
        c.parameter_count = UInt32(info.parameters.count)
        c.context = UnsafeRawPointer(Unmanaged.passRetained(Maker(plugin.make)).toOpaque())
        c.create = { plugin, services, out, needs, error in
            guard let context = plugin?.pointee.context, let services, let out, let needs else {
                return RIALTO_ERROR_ARGUMENT
            }
            let maker = Unmanaged<Maker>.fromOpaque(context).takeUnretainedValue()
            return maker.create(services, out, needs, error)
        }
        table.initialize(to: c)
        return table
    }

    static func text(_ string: String) -> rialto_text_t {
        let bytes = Array(string.utf8)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, bytes.count))
        for (index, byte) in bytes.enumerated() {
            (copy + index).initialize(to: CChar(bitPattern: byte))
        }
        return rialto_text_t(data: copy, size: UInt64(bytes.count))
    }

    private static func parameters(_ list: [Parameter]) -> UnsafePointer<rialto_parameter_t>? {
        guard !list.isEmpty else { return nil }
        let table = UnsafeMutablePointer<rialto_parameter_t>.allocate(capacity: list.count)
        for (index, parameter) in list.enumerated() {
            var c = rialto_parameter_t()
            c.struct_size = UInt32(MemoryLayout<rialto_parameter_t>.stride)
            c.id = parameter.id
            c.type = UInt16(parameter.type)
            c.flags = parameter.flags
            c.name = text(parameter.name)
            c.unit = text(parameter.unit)
            c.summary = text(parameter.summary)
            c.choices = text(parameter.choices.joined(separator: "|"))
            c.lowest = value(parameter.values[0], parameter.type)
            c.highest = value(parameter.values[1], parameter.type)
            c.step = value(parameter.values[2], parameter.type)
            c.initial = value(parameter.values[3], parameter.type)
            (table + index).initialize(to: c)
        }
        return UnsafePointer(table)
    }

    private static func value(_ value: Parameter.Value, _ type: UInt32) -> rialto_value_t {
        var c = rialto_value_t()
        c.struct_size = UInt32(MemoryLayout<rialto_value_t>.size)
        guard value.isSet else { return c }
        c.type = UInt16(type)
        c.integer = value.integer
        c.number = value.number
        c.decimals = value.decimals
        c.text = text(value.text)
        return c
    }

    static func write(
        _ text: String, _ code: rialto_result, _ error: UnsafeMutablePointer<rialto_error_t>?
    ) {
        guard let error else { return }
        error.pointee.code = code
        withUnsafeMutableBytes(of: &error.pointee.text) { buffer in
            let bytes = Array(text.utf8).prefix(buffer.count - 1)
            buffer.copyBytes(from: bytes)
            buffer[bytes.count] = 0
        }
    }
}

/// What a plugin's `context` points to.
private final class Maker: Sendable {
    private let make: Plugin.Make

    init(_ make: @escaping Plugin.Make) { self.make = make }

    func create(
        _ services: UnsafePointer<rialto_services_t>, _ out: UnsafeMutableRawPointer,
        _ needs: UnsafeMutablePointer<rialto_needs_t>,
        _ failure: UnsafeMutablePointer<rialto_error_t>?
    ) -> rialto_result {
        do throws(PluginFailure) {
            let made = try make(Setup(services), out)
            let list = UnsafeMutablePointer<rialto_need_t>.allocate(capacity: made.needs.count)
            for (index, need) in made.needs.enumerated() { (list + index).initialize(to: need.c) }
            needs.pointee.flags = made.openLoop ? RIALTO_NEEDS_OPEN_LOOP : 0
            needs.pointee.need_count = UInt32(made.needs.count)
            needs.pointee.intents_per_group = intentsPerGroup
            needs.pointee.needs = UnsafePointer(list)
            return RIALTO_OK
        } catch {
            LibraryTables.write(error.text, RIALTO_ERROR_PARAMETER, failure)
            return RIALTO_ERROR_PARAMETER
        }
    }
}

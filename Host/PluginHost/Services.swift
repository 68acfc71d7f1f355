import CRialto
import CRialtoDraft
import RialtoValues

/// What the host offers to one instance; the C table points back here.
final class Services {
    let table: UnsafeMutablePointer<rialto_services_t>
    private let parameters: [UInt32: ParameterValue]
    private let instruments: InstrumentTable
    private var generator: SeededGenerator
    private var values: [String: String] = [:]
    private let resources: [InstanceFile]
    /// Lines that the instance logged, at most `linesMax`; more are counted.
    private(set) var lines: [(level: UInt32, text: String)] = []
    private(set) var linesDropped = 0
    /// Is told of each line, too.
    var voice: InstanceVoice?
    static let linesMax = 1000
    /// Names of series that the instance has asked for.
    private(set) var series = SeriesNames()
    private let engines: LoadedEngines
    private let enginesTable: UnsafeMutablePointer<rialto_engines_t>
    private let seriesTable: UnsafeMutablePointer<rialto_series_services_t>
    private let isModel: Bool
    /// Texts that were handed out and must stay where they are.
    private var kept: [UnsafeMutableRawBufferPointer] = []

    init(
        parameters: [UInt32: ParameterValue], instruments: InstrumentTable, seed: UInt64,
        resources: [InstanceFile], engines: LoadedEngines = .none, isModel: Bool = false
    ) {
        self.engines = engines
        enginesTable = .allocate(capacity: 1)
        enginesTable.initialize(to: rialto_engines_t())
        self.isModel = isModel
        seriesTable = .allocate(capacity: 1)
        seriesTable.initialize(to: rialto_series_services_t())
        self.parameters = parameters
        self.instruments = instruments
        self.resources = resources
        generator = SeededGenerator(seed: seed)
        table = .allocate(capacity: 1)
        table.initialize(to: rialto_services_t())
        table.pointee.struct_size = UInt32(MemoryLayout<rialto_services_t>.size)
        table.pointee.host = Unmanaged.passUnretained(self).toOpaque()
        table.pointee.log = { host, level, text in
            Services.of(host)?.log(level, String(text))
        }
        table.pointee.random = { host, out in
            guard let services = Services.of(host), let out else { return RIALTO_ERROR_ARGUMENT }
            out.pointee = services.generator.next()
            return RIALTO_OK
        }
        table.pointee.parameter = { host, id, out in
            guard let services = Services.of(host), let out else { return RIALTO_ERROR_ARGUMENT }
            return services.parameter(id, out)
        }
        table.pointee.instruments = { host, out in
            guard let services = Services.of(host), let out else { return RIALTO_ERROR_ARGUMENT }
            out.pointee = services.instruments.columns
            return RIALTO_OK
        }
        table.pointee.get_value = { host, key, out in
            guard let services = Services.of(host), let out else { return RIALTO_ERROR_ARGUMENT }
            guard let value = services.values[String(key)] else { return RIALTO_NOT_FOUND }
            out.pointee = services.keep(Array(value.utf8))
            return RIALTO_OK
        }
        table.pointee.resource = { host, name, out in
            guard let services = Services.of(host), let out else { return RIALTO_ERROR_ARGUMENT }
            let asked = String(name)
            guard let file = services.resources.first(where: { $0.name == asked }) else {
                return RIALTO_NOT_FOUND
            }
            out.pointee = services.keep(file.bytes)
            return RIALTO_OK
        }
        seriesTable.pointee.struct_size = UInt32(MemoryLayout<rialto_series_services_t>.size)
        seriesTable.pointee.publish = { host, name, out in
            Services.of(host)?.add(name, publishes: true, out) ?? RIALTO_ERROR_ARGUMENT
        }
        seriesTable.pointee.read = { host, name, out in
            Services.of(host)?.add(name, publishes: false, out) ?? RIALTO_ERROR_ARGUMENT
        }
        fillEngines()
        table.pointee.get_extension = { host, id in
            guard let services = Services.of(host) else { return nil }
            switch String(id) {
            case RIALTO_SERIES_EXTENSION: return UnsafeRawPointer(services.seriesTable)
            case RIALTO_ENGINES_ID: return UnsafeRawPointer(services.enginesTable)
            default: return nil
            }
        }
    }

    deinit {
        table.deallocate()
        seriesTable.deallocate()
        enginesTable.deallocate()
        for buffer in kept { buffer.deallocate() }
    }

    private func fillEngines() {
        enginesTable.pointee.struct_size = UInt32(MemoryLayout<rialto_engines_t>.size)
        enginesTable.pointee.version = { host, engine, out in
            guard let services = Services.of(host), let out else { return RIALTO_ERROR_ARGUMENT }
            guard let version = services.engines.version(String(engine)) else {
                return RIALTO_NOT_FOUND
            }
            out.pointee = services.keep(Array(version.utf8))
            return RIALTO_OK
        }
        enginesTable.pointee.symbol = { host, engine, function, out in
            guard let services = Services.of(host), let out else { return RIALTO_ERROR_ARGUMENT }
            guard let address = services.engines.symbol(String(engine), String(function)) else {
                return RIALTO_NOT_FOUND
            }
            out.pointee = address
            return RIALTO_OK
        }
    }

    private static func of(_ host: UnsafeMutableRawPointer?) -> Services? {
        host.map { Unmanaged<Services>.fromOpaque($0).takeUnretainedValue() }
    }

    private func add(
        _ name: rialto_text_t, publishes: Bool, _ out: UnsafeMutablePointer<UInt32>?
    ) -> rialto_result {
        series.add(name, publishes: publishes, isModel: isModel, out)
    }

    private func log(_ level: UInt32, _ text: String) {
        voice?.say(level, text)
        if lines.count < Services.linesMax {
            lines.append((level, text))
        } else {
            linesDropped += 1
        }
    }

    private func parameter(
        _ id: UInt32, _ out: UnsafeMutablePointer<rialto_value_t>
    ) -> rialto_result {
        guard let value = parameters[id] else { return RIALTO_NOT_FOUND }
        out.pointee = value.table { keep(Array($0.utf8)) }
        return RIALTO_OK
    }

    private func keep(_ bytes: [UInt8]) -> rialto_text_t {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, bytes.count), alignment: 1)
        buffer.copyBytes(from: bytes)
        kept.append(buffer)
        return rialto_text_t(
            data: buffer.baseAddress?.assumingMemoryBound(to: CChar.self), size: UInt64(bytes.count)
        )
    }
}

extension ParameterValue {
    /// The value in the form of the contract.
    ///
    /// - Parameter text: Puts a text where the plugin finds it.
    func table(_ text: (String) -> rialto_text_t) -> rialto_value_t {
        var c = rialto_value_t()
        c.struct_size = UInt32(MemoryLayout<rialto_value_t>.size)
        switch self {
        case .integer(let integer):
            c.type = UInt16(RIALTO_VALUE_INTEGER)
            c.integer = integer
        case .number(let number):
            c.type = UInt16(RIALTO_VALUE_NUMBER)
            c.number = number
        case .decimal(let units, let decimals):
            c.type = UInt16(RIALTO_VALUE_DECIMAL)
            c.integer = units
            c.decimals = UInt16(decimals)
        case .boolean(let isTrue):
            c.type = UInt16(RIALTO_VALUE_BOOLEAN)
            c.integer = isTrue ? 1 : 0
        case .text(let given):
            c.type = UInt16(RIALTO_VALUE_TEXT)
            c.text = text(given)
        case .duration(let length):
            c.type = UInt16(RIALTO_VALUE_DURATION)
            c.integer = length
        }
        return c
    }
}

/// The instruments that an instance may use, as columns that live as long as this object.
final class InstrumentTable {
    let columns: UnsafePointer<rialto_instruments_t>
    private let memory: UnsafeMutablePointer<rialto_instruments_t>
    private var owned: [UnsafeMutableRawPointer] = []

    /// - Parameter indices: Which of `instruments` the instance may use.
    init(_ instruments: [Instrument], indices: [Int]) {
        memory = .allocate(capacity: 1)
        memory.initialize(to: rialto_instruments_t())
        columns = UnsafePointer(memory)
        let chosen = indices.map { instruments[$0] }
        memory.pointee.struct_size = UInt32(MemoryLayout<rialto_instruments_t>.size)
        memory.pointee.count = UInt32(chosen.count)
        memory.pointee.time_ns = column(chosen.map { _ in Int64(0) })
        memory.pointee.instrument = column(indices.map(UInt32.init))
        memory.pointee.revision = column(chosen.map { _ in UInt32(0) })
        memory.pointee.name = column(chosen.map { text($0.name) })
        memory.pointee.venue = column(chosen.map { text($0.venue) })
        memory.pointee.currency = column(chosen.map { text($0.currency) })
        memory.pointee.kind = column(chosen.map(\.kind.rawValue))
        memory.pointee.price_decimals = column(chosen.map { UInt8($0.priceDecimals) })
        memory.pointee.quantity_decimals = column(chosen.map { UInt8($0.quantityDecimals) })
        memory.pointee.price_step = column(chosen.map(\.priceStep))
        memory.pointee.quantity_step = column(chosen.map(\.quantityStep))
        memory.pointee.multiplier = column(chosen.map(\.multiplier))
        memory.pointee.expiry_ns = column(chosen.map { _ in Int64(0) })
    }

    deinit {
        for pointer in owned { pointer.deallocate() }
        memory.deallocate()
    }

    private func column<T: BitwiseCopyable>(_ values: [T]) -> UnsafePointer<T> {
        let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
        for (index, value) in values.enumerated() { (pointer + index).initialize(to: value) }
        owned.append(UnsafeMutableRawPointer(pointer))
        return UnsafePointer(pointer)
    }

    private func text(_ string: String) -> rialto_text_t {
        let bytes = Array(string.utf8).map { CChar(bitPattern: $0) }
        return rialto_text_t(data: column(bytes), size: UInt64(bytes.count))
    }
}

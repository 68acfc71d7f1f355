import CRialto
import CWorker
import Glibc
import RialtoValues

/// What a sandboxed instance is made from, checked once: its replacements are made from the same.
struct InstancePlan {
    let description: PluginDescription
    let settings: WorkerSettings
    let library: LibraryCode
    /// ``Manifest/digest`` of the package.
    let digest: String
    let request: InstanceRequest
    let kind: PluginKind
    /// Whether the instance is a model's.
    var isModel: Bool { kind == .model }
    private let values: [UInt32: ParameterValue]
    private let market: SharedMarket?

    init(
        _ file: PluginFile, _ request: InstanceRequest, _ kind: PluginKind,
        _ settings: WorkerSettings, market: SharedMarket? = nil
    ) throws(PluginError) {
        let index = try file.manifest.index(of: request.pluginId, kind: kind, file.path)
        description = file.manifest.plugins[index]
        do throws(ParameterError) {
            values = try resolve(request.parameters, description.parameters)
        } catch { throw PluginError(description.id, .parameter(id: description.id, error)) }
        library = LibraryCode(
            name: file.manifest.file, bytes: file.bytes, comesWith: file.comesWith,
            path: Self.absolute(file.path))
        digest = file.manifest.digest
        self.request = request
        self.kind = kind
        self.settings = settings.of(instance: request.instance)
        self.market = market
    }

    private static func absolute(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Starts a worker with the library, and does not wait for it.
    func start() throws(WorkerFault) -> WorkerProcess {
        try WorkerProcess(library, settings, market: market)
    }

    /// Tells the run's quarantine of a death that counts.
    ///
    /// - Parameter record: Name of the crash's record; empty without one.
    func count(_ fault: WorkerFault, record: String) {
        guard let watch = settings.quarantine,
            let fingerprint = fault.fingerprint(digest: digest)
        else { return }
        watch.add(
            CountedCrash(
                fingerprint: fingerprint, plugin: request.pluginId, version: description.version,
                instance: request.instance, reason: fault.reason, isViolation: fault.isViolation,
                record: record))
    }

    /// Lays out what the instance is created with. Returns where the worker finds it.
    func place(in window: WorkerWindow) -> UInt64 {
        let parameters = values.sorted { $0.key < $1.key }.map { id, value in
            rialto_given_parameter_t(
                id: id, reserved: 0, value: value.table { window.text($0) })
        }
        var creation = rialto_creation_t()
        creation.kind = kind.number
        creation.parameter_count = UInt32(parameters.count)
        creation.abi_major_min = settings.abi.majorMin
        creation.abi_major_max = settings.abi.majorMax
        creation.abi_minor = settings.abi.minor
        creation.host_version = window.text(HostABI.version)
        creation.plugin_id = window.text(request.pluginId)
        creation.parameters = window.column(parameters)
        creation.instruments = instruments(in: window)
        creation.seed = request.seed
        let files = request.files.map { file in
            rialto_given_file_t(
                name: window.text(file.name),
                bytes: rialto_text_t(
                    data: file.bytes.withUnsafeBytes { bytes in
                        bytes.baseAddress.flatMap { window.pointer(window.place($0, bytes.count)) }
                    }, size: UInt64(file.bytes.count)))
        }
        creation.file_count = UInt32(files.count)
        creation.files = window.column(files)
        return window.place(creation)
    }

    private func instruments(in window: WorkerWindow) -> UnsafePointer<rialto_instruments_t>? {
        let table = InstrumentTable(request.instruments, indices: request.indices)
        var c = table.columns.pointee
        let rows = Int(c.count), chosen = request.indices.map { request.instruments[$0] }
        c.time_ns = window.column(c.time_ns, rows)
        c.instrument = window.column(c.instrument, rows)
        c.revision = window.column(c.revision, rows)
        c.name = window.column(chosen.map { window.text($0.name) })
        c.venue = window.column(chosen.map { window.text($0.venue) })
        c.currency = window.column(chosen.map { window.text($0.currency) })
        c.kind = window.column(c.kind, rows)
        c.price_decimals = window.column(c.price_decimals, rows)
        c.quantity_decimals = window.column(c.quantity_decimals, rows)
        c.price_step = window.column(c.price_step, rows)
        c.quantity_step = window.column(c.quantity_step, rows)
        c.multiplier = window.column(c.multiplier, rows)
        c.expiry_ns = window.column(c.expiry_ns, rows)
        return window.pointer(window.place(c))
    }
}

extension PluginKind {
    /// The kind's number in the contract.
    var number: UInt32 {
        switch self {
        case .strategy: RIALTO_PLUGIN_STRATEGY
        case .model: RIALTO_PLUGIN_MODEL
        case .exchange: RIALTO_PLUGIN_EXCHANGE
        }
    }
}

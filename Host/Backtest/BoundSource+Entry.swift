import RialtoBinding
import RialtoConfiguration
import RialtoPluginHost
import RialtoText
import RialtoValues

extension BoundSource {
    /// The source that a run file asks for.
    ///
    /// - Parameter folder: Of the library and its table.
    /// - Throws: ``HouseError``: what is wrong with the folder, the table or what was asked for.
    convenience init(
        _ entry: IndicatorEntry, folder: String,
        instruments: [(index: Int, instrument: Instrument)]
    ) throws {
        let (binding, library) = try BoundLibrary.open(folder: folder)
        var set: [String: Double] = [:]
        for parameter in entry.parameters {
            guard let value = Double(parameter.text), value.isFinite else {
                throw BindingError.malformed(
                    parameter.name, found: parameter.text, form: "finite number")
            }
            set[parameter.name] = value
        }
        let limits: WorkerSettings
        do throws(WorkerFault) { limits = try BridgeProcess.standardSettings() } catch {
            throw HouseMessage(error.reason, help: error.help)
        }
        try self.init(
            id: entry.id, binding, library, function: entry.function,
            input: entry.input.flatMap { BoundFunction.InputColumn(rawValue: $0.rawValue) },
            set: set, window: Int(entry.window), instruments: instruments, settings: limits)
    }
}

extension BindingError {
    /// The place of what is wrong, of an indicator of a run file.
    func place(below entry: ConfigPath) -> ConfigPath {
        switch self {
        case .noFunction: entry.key("function")
        case .noScalar(let name, _, _), .malformed(let name, _, _),
            .outOfRange(let name, _, _, _, _):
            entry.key("parameters").key(name)
        case .noPrice: entry.key("input")
        case .window: entry.key("window")
        case .seriesName: entry.key("id")
        case .table, .digest: entry.key("binding")
        default: entry
        }
    }
}

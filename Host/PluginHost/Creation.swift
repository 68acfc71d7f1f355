import CRialto
import RialtoValues

/// What an instance is made with.
package struct InstanceRequest {
    package let pluginId: String
    /// Name and value in the notation of run files.
    package let parameters: [(name: String, value: String)]
    /// All instruments of the run.
    package let instruments: [Instrument]
    /// Which of them it may use.
    package let indices: [Int]
    package let seed: UInt64
    /// Name of the instance in its run, for logs and records of crashes; may be empty.
    package let instance: String
    /// Files that it may read, in the order of their names.
    package let files: [InstanceFile]

    package init(
        pluginId: String, parameters: [(name: String, value: String)], instruments: [Instrument],
        indices: [Int], seed: UInt64, instance: String = "", files: [InstanceFile] = []
    ) {
        self.instance = instance
        self.files = files.sorted { $0.name < $1.name }
        self.pluginId = pluginId
        self.parameters = parameters
        self.instruments = instruments
        self.indices = indices
        self.seed = seed
    }
}

/// A file that the operator gives an instance.
package struct InstanceFile: Sendable {
    /// What the plugin asks for.
    package let name: String
    package let bytes: [UInt8]

    /// Largest file, in bytes: several fit into a worker's window beside its batches.
    package static let sizeMax = 8 << 20
    /// Most files of one instance.
    package static let countMax = 4

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// A parameter set for a plugin, checked against its definitions.
func resolve(
    _ given: [(name: String, value: String)], _ definitions: [ParameterDefinition]
)
    throws(ParameterError) -> [UInt32: ParameterValue]
{
    var values: [UInt32: ParameterValue] = [:]
    for (name, text) in given {
        guard let definition = definitions.first(where: { $0.name == name }) else {
            throw .unknown(name: name, known: definitions.map(\.name))
        }
        values[definition.id] = try definition.value(of: text)
    }
    for definition in definitions where values[definition.id] == nil {
        guard !definition.isRequired else { throw .missing(name: definition.name) }
        values[definition.id] = try definition.value(of: definition.initial)
    }
    return values
}

/// A table of functions that a plugin's `create` fills in.
protocol InstanceTable {
    static var kind: PluginKind { get }
    /// What a table is that is not complete.
    static var incomplete: String { get }

    init()
    /// Size of the table in bytes, set before `create`.
    var struct_size: UInt32 { get set }
    /// Whether it has every function that the contract asks for.
    var isComplete: Bool { get }
    /// Lets the plugin release the instance. No call follows this one.
    func release()
}

/// An instance that a plugin has created, with all that it stands on; released with its owner.
struct Creation<Table: InstanceTable>: ~Copyable {
    let description: PluginDescription
    let table: Table
    let needs: InstanceNeeds
    let services: Services
    private let instruments: InstrumentTable
    private let library: PluginLibrary

    /// Checks the parameters, lets the plugin create an instance, and checks what it said.
    ///
    /// - Throws: ``PluginError``; nothing of the instance is left then.
    init(
        _ library: PluginLibrary, _ request: InstanceRequest, _ voice: InstanceVoice? = nil
    ) throws(PluginError) {
        let (plugin, description) = try library.plugin(request.pluginId, kind: Table.kind)
        let values: [UInt32: ParameterValue]
        do throws(ParameterError) {
            values = try resolve(request.parameters, description.parameters)
        } catch { throw PluginError(description.id, .parameter(id: description.id, error)) }
        let instruments = InstrumentTable(request.instruments, indices: request.indices)
        let services = Services(
            parameters: values, instruments: instruments, seed: request.seed,
            resources: request.files, engines: library.engines, isModel: Table.kind == .model)
        services.voice = voice
        let made: (table: Table, needs: InstanceNeeds) = try create(
            plugin, description.id, services)
        (table, needs) = made
        self.description = description
        self.services = services
        self.instruments = instruments
        self.library = library
    }

    deinit { table.release() }
}

/// Calls `create` of a plugin with an empty table, and checks what it filled in.
private func create<Table: InstanceTable>(
    _ plugin: UnsafePointer<rialto_plugin_t>, _ id: String, _ services: Services
) throws(PluginError) -> (table: Table, needs: InstanceNeeds) {
    var table = Table()
    table.struct_size = UInt32(MemoryLayout<Table>.size)
    var needs = rialto_needs_t()
    needs.struct_size = UInt32(MemoryLayout<rialto_needs_t>.size)
    var error = rialto_error_t()
    error.struct_size = UInt32(MemoryLayout<rialto_error_t>.size)
    let result = withUnsafeMutablePointer(to: &table) {
        plugin.pointee.create?(
            plugin, services.table, UnsafeMutableRawPointer($0), &needs, &error)
            ?? RIALTO_ERROR_UNSUPPORTED
    }
    guard result == RIALTO_OK else {
        throw PluginError(id, .create(id: id, code: result, text: error.message))
    }
    do throws(PluginError) {
        guard table.isComplete else { throw PluginError(id, .badTable(Table.incomplete)) }
        return (table, try InstanceNeeds(needs, services.series, plugin: id))
    } catch {
        table.release()
        throw error
    }
}

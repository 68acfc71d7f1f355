import Glibc
import RialtoKit

/// Steps of making a plugin.
extension TestHost {
    static func library(_ entry: Entry) throws(TestFailure) -> rialto_library_t {
        let arena = Arena()
        var host = rialto_host_t()
        host.struct_size = UInt32(MemoryLayout<rialto_host_t>.size)
        host.abi_major_min = RIALTO_ABI_MAJOR
        host.abi_major_max = RIALTO_ABI_MAJOR
        host.abi_minor = RIALTO_ABI_MINOR
        host.name = arena.text("test host")
        host.version = arena.text("1.0.0")
        var out: UnsafePointer<rialto_library_t>?
        var error = rialto_error_t()
        error.struct_size = UInt32(MemoryLayout<rialto_error_t>.size)
        let result = entry(&host, &out, &error)
        guard result == RIALTO_OK else { throw .refused(code: result, text: error.message) }
        guard let library = out?.pointee, library.plugin_count > 0 else {
            throw .contract("the entry gave no library")
        }
        return library
    }

    /// The first plugin of one of the kinds, or the one of that id.
    static func find(
        _ id: String?, of kinds: [UInt32], in library: rialto_library_t
    ) throws(TestFailure) -> UnsafePointer<rialto_plugin_t> {
        for index in 0..<Int(library.plugin_count) {
            guard let plugin = library.plugins?[index], kinds.contains(plugin.pointee.kind)
            else { continue }
            if id == nil || String(copying: plugin.pointee.id) == id { return plugin }
        }
        let isExchange = kinds == [RIALTO_PLUGIN_EXCHANGE]
        throw .noPlugin(id ?? (isExchange ? "exchange" : "strategy or model"))
    }

    /// Opens a library, which stays mapped.
    static func entry(of path: String) throws(TestFailure) -> Entry {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            throw .library(String(cString: dlerror()))
        }
        guard let symbol = dlsym(handle, "rialto_plugin_entry") else {
            throw .library("\(path) has no rialto_plugin_entry")
        }
        typealias CEntry =
            @convention(c) (
                UnsafePointer<rialto_host_t>?,
                UnsafeMutablePointer<UnsafePointer<rialto_library_t>?>?,
                UnsafeMutablePointer<rialto_error_t>?
            ) -> rialto_result
        return unsafeBitCast(symbol, to: CEntry.self)
    }

    /// Every parameter's value: as given, or its default.
    static func values(
        _ plugin: rialto_plugin_t, _ given: [String: TestValue], _ arena: Arena
    ) throws(TestFailure) -> [UInt32: rialto_value_t] {
        var values: [UInt32: rialto_value_t] = [:]
        var unknown = Set(given.keys)
        for parameter in definitions(plugin) {
            let name = String(copying: parameter.name)
            unknown.remove(name)
            guard let value = given[name] else {
                guard parameter.flags & RIALTO_PARAMETER_REQUIRED == 0 else {
                    throw .parameter("\(name) has no default and was not given")
                }
                values[parameter.id] = parameter.initial
                continue
            }
            guard let c = value.c(parameter.type, in: arena) else {
                throw .parameter("\(name) is not of the type of \(value)")
            }
            guard parameter.allows(c) else { throw .parameter("\(name) does not allow \(value)") }
            values[parameter.id] = c
        }
        guard unknown.isEmpty else {
            throw .parameter("there is no \(unknown.sorted().joined(separator: ", "))")
        }
        return values
    }

    private static func definitions(_ plugin: rialto_plugin_t) -> [rialto_parameter_t] {
        guard let first = plugin.parameters else { return [] }
        let stride = Int(first.pointee.struct_size)
        return (0..<Int(plugin.parameter_count)).map { index in
            (UnsafeRawPointer(first) + index * stride).loadUnaligned(as: rialto_parameter_t.self)
        }
    }

    static func list(_ needs: rialto_needs_t) -> [rialto_need_t] {
        guard let first = needs.needs else { return [] }
        let stride = Int(first.pointee.struct_size)
        return (0..<Int(needs.need_count)).map { index in
            (UnsafeRawPointer(first) + index * stride).loadUnaligned(as: rialto_need_t.self)
        }
    }

    /// What the contract asks of a new instance.
    func checkMade() throws(TestFailure) {
        let isModel = kind == RIALTO_PLUGIN_MODEL
        guard (isModel ? model.on_batch != nil : strategy.on_batch != nil),
            (isModel ? model.destroy != nil : strategy.destroy != nil)
        else { throw .contract("on_batch or destroy is missing") }
        guard !needs.isEmpty else { throw .contract("no needs were given") }
        guard groupMax <= 1024 else { throw .contract("intents_per_group is \(groupMax)") }
        let own = [RIALTO_KIND_OWN_ORDERS, RIALTO_KIND_FILLS, RIALTO_KIND_ACCOUNT]
        guard !isOpenLoop || !needs.contains(where: own.contains) else {
            throw .contract("an open loop asked for own events")
        }
    }
}

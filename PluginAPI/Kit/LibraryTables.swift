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
        c.get_extension = plugin.extensions
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
            needs.pointee.flags = made.isOpenLoop ? RIALTO_NEEDS_OPEN_LOOP : 0
            needs.pointee.need_count = made.needs.count
            needs.pointee.intents_per_group = made.intentsPerGroup
            needs.pointee.needs = UnsafePointer(made.needs.first)
            return RIALTO_OK
        } catch {
            LibraryTables.write(error.text, RIALTO_ERROR_PARAMETER, failure)
            return RIALTO_ERROR_PARAMETER
        }
    }
}
